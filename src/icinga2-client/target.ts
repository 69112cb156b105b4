import { isIP } from 'node:net';

/** Where a server is, and who it has to be. */
export interface Target {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** The name in its certificate. Default: the host. */
  readonly serverName?: string | undefined;
}

/** For messages. */
export function whereIs({ host, port }: Target): string {
  return `${host} port ${port}`;
}

/** What to add where another port than Icinga's may be why: it is often left out of a URL, which then has that of HTTPS. */
export function portHint({ port }: Target): string {
  return port === USUAL_PORT ? '' : ` Icinga's own port is ${USUAL_PORT}.`;
}

const USUAL_PORT = 5665;

/** As a URL has it. */
export function authorityOf({ host, port }: Target): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
