import { NscaNgError } from './errors.js';

/** OK, WARNING, CRITICAL, UNKNOWN for a service; a host is up with 0 and down with any other. */
export type ReturnCode = 0 | 1 | 2 | 3;

/** One passive check result. */
export interface NscaNgResult {
  /** As the central server names it. */
  readonly host: string;
  /** The service description. Absent: a result of the host itself. */
  readonly service?: string;
  readonly returnCode: ReturnCode;
  /**
   * What the plugin says: its first line `text | perfdata`, any further lines the long output. All perfdata belongs on
   * the first line.
   */
  readonly output: string;
}

/** The server checks nothing of this: it writes the very bytes into the command file of Nagios or Icinga. */
const UNSAFE_IN_NAME = /[;\p{Cc}]/u;

/** Why a result cannot be sent, or undefined when it can. */
export function faultOf(result: NscaNgResult): NscaNgError | undefined {
  const fault =
    faultOfName('host', result.host) ??
    (result.service === undefined ? undefined : faultOfName('service', result.service)) ??
    faultOfRest(result);
  return fault === undefined ? undefined : new NscaNgError('invalid-result', fault);
}

function faultOfName(field: string, name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '')
    return `The ${field} is empty: give the name that the central server has.`;
  const [unsafe] = UNSAFE_IN_NAME.exec(name) ?? [];
  if (unsafe === undefined) return undefined;
  return `The ${field} ${JSON.stringify(name)} contains ${JSON.stringify(unsafe)}: rename it, ";", tabs and control characters would break the server's command.`;
}

function faultOfRest({ returnCode, output }: NscaNgResult): string | undefined {
  if (![0, 1, 2, 3].includes(returnCode))
    return `The return code ${JSON.stringify(returnCode)} is none of 0 (OK), 1 (WARNING), 2 (CRITICAL), 3 (UNKNOWN).`;
  return typeof output === 'string' ? undefined : 'The output must be text.';
}
