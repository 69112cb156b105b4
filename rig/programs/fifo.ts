import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

const { O_RDONLY, O_RDWR, O_NONBLOCK, O_WRONLY } = constants;

const MOST = 4096;

/** A pipe with a name that a program writes to, whose reader is stuck until it is told to read. */
export class Fifo {
  /** For the program: as a shell opens it, and shared with whoever else has it. */
  readonly fd: number;
  /** What was read. */
  text = '';
  readonly #path: string;
  #stuck: number | undefined;
  #reader: Socket | undefined;
  #waiting: (() => void)[] = [];

  constructor(folder: string, name = 'fifo') {
    this.#path = join(folder, name);
    execFileSync('mkfifo', [this.#path]);
    this.#stuck = openSync(this.#path, O_RDWR | O_NONBLOCK);
    this.fd = openSync(this.#path, O_WRONLY);
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** Whether something waits to be read. */
  hasText(): boolean {
    if (this.#stuck === undefined || this.text !== '') return this.text !== '';
    const bytes = Buffer.alloc(MOST);
    try {
      this.text = bytes.toString('utf8', 0, readSync(this.#stuck, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    return this.text !== '';
  }

  /** Until not one byte more is taken. */
  fill(): void {
    const fd = openSync(this.#path, O_WRONLY | O_NONBLOCK);
    try {
      // The last one byte by byte: a pipe takes less than it polls writable for.
      for (const size of [4096, 1]) this.#write(fd, Buffer.alloc(size, '\n'));
    } finally {
      closeSync(fd);
    }
  }

  /** Its reader is stuck once more. */
  stick(): void {
    this.#reader?.pause();
  }

  read(): void {
    if (this.#reader) {
      this.#reader.resume();
      return;
    }
    const fd = openSync(this.#path, O_RDONLY | O_NONBLOCK);
    this.#reader = new Socket({ fd, readable: true, writable: false });
    this.#reader.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      for (const look of this.#waiting.splice(0)) look();
    });
  }

  /** There is no reader any more: what is written gets EPIPE. */
  leave(): void {
    if (this.#stuck !== undefined) closeSync(this.#stuck);
    this.#stuck = undefined;
    this.#reader?.destroy();
    this.#reader = undefined;
  }

  async until(isThere: () => boolean): Promise<void> {
    while (!isThere()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.leave();
    closeSync(this.fd);
  }

  #write(fd: number, bytes: Uint8Array): void {
    try {
      for (;;) writeSync(fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
