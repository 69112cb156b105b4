import { writeSync } from 'node:fs';

/** Standard output or standard error. */
export interface Output {
  write(text: string | Uint8Array): void;
  /** When who reads has taken everything. */
  drained(): Promise<void>;
}

/** Writes one line to standard output, at once, so that a pipe's reader has it. */
export function printLine(line: string): void {
  outputs[1].write(`${line}\n`);
}

/** Writes a text of several lines, which ends in a newline. */
export function printText(text: string): void {
  outputs[1].write(text);
}

/** Writes what is not always UTF-8. */
export function printBytes(bytes: Uint8Array): void {
  outputs[1].write(bytes);
}

/** When standard output's reader has taken everything. */
export function printed(): Promise<void> {
  return outputs[1].drained();
}

/** One line for the administrator, on standard error. */
export function printError(message: string): void {
  writeError(errorLine(message));
}

export function writeError(line: string): void {
  outputs[2].write(line);
}

export function errorLine(message: string): string {
  return asLine(`check_rlimit_passive: ${message}`);
}

/** A message as one line, whatever it quotes. */
export function asLine(message: string): string {
  return `${message.replace(/\s*\n\s*/g, ' ')}\n`;
}

/** What writes from now on. Until then a command waits for who reads, and a signal ends it. */
export function replaceOutputs(instead: Readonly<Record<1 | 2, Output>>): void {
  Object.assign(outputs, instead);
}

/**
 * Standard output that nobody reads any more ends the command, as SIGPIPE ends others. That of standard error
 * is nobody's concern: there is nobody to be told.
 *
 * @throws what else keeps standard output from being written, such as a full disk
 */
export function handleWriteError(fd: 1 | 2, error: unknown): void {
  if (fd === 2) return;
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
  throw error;
}

/** Milliseconds. */
const BETWEEN_TRIES = 5;

class WaitingOutput implements Output {
  readonly #fd: 1 | 2;

  constructor(fd: 1 | 2) {
    this.#fd = fd;
  }

  write(text: string | Uint8Array): void {
    let rest = Buffer.from(text);
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        // A terminal or pipe that is full for the moment, and was set non-blocking by somebody else.
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') pause();
        else {
          handleWriteError(this.#fd, error);
          return;
        }
      }
    }
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_TRIES);
}

const outputs: Record<1 | 2, Output> = { 1: new WaitingOutput(1), 2: new WaitingOutput(2) };
