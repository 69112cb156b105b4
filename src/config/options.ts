/** What a file's meaning depends on besides its text. */
export interface ConfigOptions {
  /**
   * Refuses an encryption method by throwing an Error, whose message reads `what is wrong; what to do`.
   * Without it every name and number is taken.
   */
  readonly encryption?: (nameOrNumber: string | number) => void;
  /** The machine's host name; os.hostname() without it. */
  readonly hostName?: () => string;
  /** `optional` for a run that delivers nothing. */
  readonly destinations?: 'required' | 'optional';
}
