/** What a process holds: its descriptors, grouped by what they are open on. */
export interface Held {
  /** How many descriptors were looked at. */
  readonly total: number;
  /** There are more: these are the ones with the lowest numbers. */
  readonly isTruncated: boolean;
  /** The largest first, at most `MOST_GROUPS`. */
  readonly groups: readonly HeldGroup[];
}

export interface HeldGroup {
  /**
   * One printable line, such as `/var/log/x.log`, `/var/spool/app/*`, `TCP 192.0.2.7:1883 CLOSE_WAIT`,
   * `TCP listening :80`, `UNIX /run/x.sock`, `pipe` or `[eventfd]`.
   */
  readonly what: string;
  readonly count: number;
}

/** What is kept of a process; no text names as many. */
export const MOST_GROUPS = 64;

/** More are not looked at: some 10 ms on a usual machine, and a leak shows in these. */
export const MOST_DESCRIPTORS = 16_384;
