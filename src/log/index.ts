/** Something for the administrator, in one line. `detail`: only for who asks. */
export type Log = (level: 'error' | 'warning' | 'notice' | 'detail', message: string) => void;
