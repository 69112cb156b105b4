import { writeSync } from 'node:fs';

/** Writes one line to standard output, at once, so that a pipe's reader has it. */
export function printLine(line: string): void {
  writeAll(1, `${line}\n`);
}

/** Writes a text of several lines, which ends in a newline. */
export function printText(text: string): void {
  writeAll(1, text);
}

/** One line for the administrator, on standard error. */
export function printError(message: string): void {
  writeLine(2, `check_rlimit_passive: ${message}`);
}

/** A message as one line, whatever it quotes. */
export function writeLine(fd: 1 | 2, message: string): void {
  writeAll(fd, `${message.replace(/\s*\n\s*/g, ' ')}\n`);
}

/** A pipe that nobody reads any more ends the command, as SIGPIPE ends others. */
function writeAll(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0);
      // A terminal or pipe that is full for the moment, and was set non-blocking by somebody else.
      if (code !== 'EAGAIN') throw error;
    }
  }
}
