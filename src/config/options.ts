/** What a file's meaning depends on besides its text. */
export interface ConfigOptions {
  /** The machine's host name; os.hostname() without it. */
  readonly hostName?: () => string;
  /** `optional` for a run that delivers nothing. */
  readonly destinations?: 'required' | 'optional';
}
