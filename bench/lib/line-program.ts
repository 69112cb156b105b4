import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A program that obeys lines and answers with lines, and says `ready` when it is itself. */
export class LineProgram {
  readonly #child: ChildProcess & { readonly stdin: Writable };
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;

  private constructor(name: string, child: ChildProcess & { stdin: Writable; stdout: Readable }) {
    this.#name = name;
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start(file: string, ...parameters: (string | number)[]): Promise<LineProgram> {
    const child = spawn(file, parameters.map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
    const program = new LineProgram(file.replace(/.*\//, ''), child);
    const line = await program.line();
    if (line !== 'ready') throw new Error(`${file} said "${line}"`);
    return program;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`${this.#name} ended before it answered`);
    return next.value;
  }

  /** Gives a command and waits for the line of its answer. */
  async ask(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    return this.line();
  }

  /** Ends it, and waits until it has ended. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}
