/** What a central server says of a service. */
export interface CentralStatus {
  readonly state: 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';
  /** Of the first line, without perfdata. */
  readonly output: string;
}

/** A Nagios or an Icinga on loopback, in a directory of its own, with the templates of nagios-config/. */
export interface CentralServer {
  /** Where it reads external commands, such as those of an nsca daemon. */
  readonly commandFile: string;
  /** What it says when it checks these definitions, without running. */
  check(definitions: string): { status: number | null; output: string };
  /** The hosts and services that it understood of them, as `host!service`. */
  understood(): string[];
  /** Runs it with the definitions that were checked last. */
  start(): Promise<void>;
  /** Waits until its own status of the service is so; fails after `within` ms, and says what it was. */
  until(service: string, isSo: (status: CentralStatus) => boolean, within: number): Promise<CentralStatus>;
  stop(): Promise<void>;
}

export const stateNames = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
