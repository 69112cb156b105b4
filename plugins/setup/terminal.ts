import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError } from '../exit-codes.js';
import { writeError } from '../output/output.js';
import type { Asker } from './asker.js';

/** Somebody at a terminal. Questions go to standard error, so that they are seen also while the rest is kept. */
export class Terminal implements Asker {
  readonly #interface: Interface;
  readonly #lines: string[] = [];
  #isHidden = false;
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor() {
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isHidden) writeError(chunk.toString());
        done();
      },
    });
    // A history would show what was typed unseen.
    this.#interface = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
    this.#interface
      .on('line', (line) => {
        this.#lines.push(line);
        this.#wake();
      })
      .on('SIGINT', () => {
        this.close();
      })
      .on('close', () => {
        this.#hasEnded = true;
        this.#wake();
      });
  }

  async text(question: string): Promise<string> {
    this.#interface.setPrompt(question);
    this.#interface.prompt();
    return (await this.#next()).trim();
  }

  async secret(question: string): Promise<string> {
    this.#interface.setPrompt('');
    writeError(question);
    this.#isHidden = true;
    try {
      return await this.#next();
    } finally {
      this.#isHidden = false;
      writeError('\n');
    }
  }

  tell(line: string): void {
    writeError(`${line}\n`);
  }

  close(): void {
    this.#interface.close();
  }

  async #next(): Promise<string> {
    while (this.#lines.length === 0 && !this.#hasEnded)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    const line = this.#lines.shift();
    if (line === undefined) throw new CommandError('the questions were not answered: nothing was written');
    return line;
  }
}
