/** A result as the line that the server writes into the command file of Nagios or Icinga, and back. */
import { NscaNgError } from './errors.js';
import type { NscaNgResult, ReturnCode } from './result.js';

/**
 * Bytes of a command, with its newline. A server takes four times as much by default, but writes what is longer than
 * a pipe takes at once (PIPE_BUF) to a file that only its own user can read: where Nagios is another, the result is lost.
 */
export const LONGEST_COMMAND = 4096;

const ELLIPSIS = '…';

/**
 * The command, with its newline. What is too long loses the end of its long output.
 *
 * @param time milliseconds since 1970: Nagios takes it for the time of the check
 * @throws NscaNgError `invalid-result` when there is no room for any output
 */
export function commandOf({ host, service, returnCode, output }: NscaNgResult, time: number): Buffer {
  const name = service === undefined ? 'PROCESS_HOST_CHECK_RESULT' : 'PROCESS_SERVICE_CHECK_RESULT';
  const names = service === undefined ? host : `${host};${service}`;
  const head = `[${Math.floor(time / 1000)}] ${name};${names};${returnCode};`;
  const room = LONGEST_COMMAND - Buffer.byteLength(head) - 1;
  if (room < 1) {
    throw new NscaNgError(
      'invalid-result',
      `The names of ${names.slice(0, 40)}… leave no room in a command of ${LONGEST_COMMAND} bytes: shorten them.`,
    );
  }
  return Buffer.from(`${head}${fitting(escaped(output), room)}\n`);
}

/** Nagios undoes both; a NUL would end the command, and a carriage return says nothing. */
const escaped = (output: string): string =>
  output
    .replace(/[\0\r]/g, '')
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', NEWLINE);

const NEWLINE = String.raw`\n`;

/** As many of its characters as there is room for, with an ellipsis for those that are missing. */
function fitting(output: string, room: number): string {
  if (Buffer.byteLength(output) <= room) return output;
  // Of what was escaped, too, there is all or nothing.
  const characters = output.match(/\\.|./gsu) ?? [];
  const marked = room - Buffer.byteLength(ELLIPSIS);
  let length = 0;
  const end = characters.findIndex((character) => (length += Buffer.byteLength(character)) > marked);
  const kept = characters.slice(0, end);
  if (kept.includes(NEWLINE)) return kept.join('') + ELLIPSIS;
  // Within the first line a cut could make another number of a figure: it is made between two of them.
  const blank = kept.lastIndexOf(' ');
  return kept.slice(0, blank < 0 ? end : blank).join('');
}

/** A result as it came, byte for byte: a character for each. */
export interface RawResult {
  readonly host: string;
  readonly service?: string;
  readonly returnCode: ReturnCode;
  readonly output: string;
}

const COMMAND =
  /^\[[^\]]*\] *(?:PROCESS_SERVICE_CHECK_RESULT;([^;]+);([^;]+)|PROCESS_HOST_CHECK_RESULT;([^;]+));([0-3]);([^\n]*)\n$/s;

/** The result in a command; undefined for what is none. */
export function parseCommand(command: Buffer): RawResult | undefined {
  const match = COMMAND.exec(command.toString('latin1'));
  if (!match) return undefined;
  const [, hostOfService, service, host = hostOfService ?? '', code, output = ''] = match;
  return {
    host,
    ...(service !== undefined && { service }),
    returnCode: Number(code) as ReturnCode,
    output: output.replace(/\\([n\\])/g, (_, escape) => (escape === 'n' ? '\n' : '\\')),
  };
}
