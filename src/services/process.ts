/** The process that a result is about, as its text names it. */
export interface NamedProcess {
  readonly pid: number;
  /** Empty when it is not known. */
  readonly name: string;
}
