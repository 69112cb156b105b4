/**
 * Something for the administrator, in one line.
 *
 * error: something does not work that was asked for. warning: trouble that may pass. notice: what an
 * administrator wants to know. detail: every result that was sent, for who asks.
 */
export interface Log {
  (level: 'error' | 'warning' | 'notice' | 'detail', message: string): void;
  /** Nobody reads details: they need not be put into words. */
  readonly omitsDetails?: boolean;
}
