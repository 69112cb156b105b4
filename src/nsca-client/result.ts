import { NscaError } from './errors.js';

/** OK, WARNING, CRITICAL, UNKNOWN for a service; a host is up with 0 and down with any other. */
export type ReturnCode = 0 | 1 | 2 | 3;

/** One passive check result. */
export interface NscaResult {
  /** As the server's configuration spells it. At most 63 bytes of UTF-8 are sent. */
  readonly host: string;
  /** The service description, at most 127 bytes of UTF-8 are sent. Absent: a result of the host itself. */
  readonly service?: string;
  readonly returnCode: ReturnCode;
  /**
   * What the plugin says: its first line `text | perfdata`, any further lines the long output. All perfdata
   * belongs on the first line. At most 4095 bytes of UTF-8 are sent (511 in packets of 720 bytes: 209 less than the packet size).
   */
  readonly output: string;
}

export const isReturnCode = (code: number): code is ReturnCode => [0, 1, 2, 3].includes(code);

/**
 * The server writes `[time] PROCESS_SERVICE_CHECK_RESULT;host;service;code;output` to Nagios's command file
 * and escapes nothing in the names, so these characters would change the command.
 */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNSAFE_IN_NAME = /[;\u0000-\u001f\u007f-\u009f]/;

/** Why a result cannot be sent, or undefined when it can. */
export function faultOf(result: NscaResult): NscaError | undefined {
  const fault =
    faultOfName('host', result.host) ??
    (result.service === undefined ? undefined : faultOfName('service', result.service)) ??
    faultOfReturnCode(result.returnCode) ??
    faultOfOutput(result.output);
  return fault === undefined ? undefined : new NscaError('invalid-result', fault);
}

function faultOfName(field: 'host' | 'service', value: unknown): string | undefined {
  if (typeof value !== 'string') return `The ${field} must be text.`;
  if (value === '') {
    return field === 'host'
      ? 'The host is empty: give the name that the server knows it by.'
      : 'The service is empty: leave it out for a host result.';
  }
  const unsafe = UNSAFE_IN_NAME.exec(value);
  if (unsafe === null) return undefined;
  return `The ${field} ${JSON.stringify(value)} contains ${JSON.stringify(unsafe[0])}: rename it, ";", tabs and control characters would break the server's command.`;
}

const faultOfReturnCode = (code: unknown): string | undefined =>
  typeof code === 'number' && isReturnCode(code)
    ? undefined
    : `The return code ${JSON.stringify(code)} is none of 0 (OK), 1 (WARNING), 2 (CRITICAL), 3 (UNKNOWN).`;

function faultOfOutput(output: unknown): string | undefined {
  if (typeof output !== 'string') return 'The output must be text.';
  return output.includes('\0')
    ? 'The output contains a NUL character, where the server would cut it: remove it.'
    : undefined;
}
