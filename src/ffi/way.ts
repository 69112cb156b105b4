/** A way in which a process changes what it uses of a resource. */
export interface Way {
  readonly name: string;
  /** What has to be there before. */
  readonly prepare?: () => void;
  /**
   * Changes it in this process, up and down again; or only up, of what never goes down.
   *
   * @throws SystemError, or an error of Node.js with an errno, where that cannot be done
   */
  readonly change: () => void;
  /** Why it may not be possible, for an administrator, by the error's name. */
  readonly refusals?: Readonly<Record<string, string>>;
  readonly onlyUp?: boolean;
  /** Others of the user change the same account. */
  readonly isOfUser?: boolean;
}
