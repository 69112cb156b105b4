/** A way in which a process changes what it uses of a resource. */
export interface Way {
  readonly name: string;
  /** What has to be there before. */
  readonly prepare?: () => void;
  /** Changes it in this process, up and down again; or only up, of what never goes down. */
  readonly change: () => void;
  readonly onlyUp?: boolean;
  /** Others of the user change the same account. */
  readonly isOfUser?: boolean;
}
