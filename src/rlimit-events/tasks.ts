/** Has a program go through the threads of one process, or of all, as user space sees them. */
export interface Tasks {
  /**
   * @param pid of the process whose threads are visited, as this process sees it; 0 for all. More may be visited: the
   *   program tells whom it means.
   * @returns what the program has answered; nothing when there is no such process
   * @throws RlimitEventsError exhausted: nothing is done, and can be a moment later
   */
  run(program: string, pid: number): Uint8Array;
}
