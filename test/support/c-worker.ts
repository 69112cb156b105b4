import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { compiled, type Bits } from './compiled.js';

interface StartOptions {
  readonly parameters?: readonly (string | number)[];
  /** The soft and hard limit of open files. */
  readonly limit?: number;
  /** What the worker has as descriptor 3. */
  readonly fd3?: number;
  /** Of the program's registers. Default 64. */
  readonly bits?: Bits;
}

/** A program of test/support/workers, which obeys lines and answers with lines. */
export class CWorker {
  readonly #child: ChildProcess & { readonly stdin: Writable };
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess & { stdin: Writable; stdout: Readable }) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Runs it until it says that it is ready: it is itself then, and its descriptors are known. */
  static async start(
    name: string,
    { parameters = [], limit = 1024, fd3, bits }: StartOptions = {},
  ): Promise<CWorker> {
    const child = spawn(
      'prlimit',
      [`--nofile=${limit}:${limit}`, compiled(name, bits), ...parameters.map(String)],
      {
        stdio: ['pipe', 'pipe', 'inherit', ...(fd3 === undefined ? [] : [fd3])],
      },
    );
    const { stdin, stdout } = child;
    if (!stdin || !stdout) throw new Error(`${name} has no pipes`);
    const worker = new CWorker(Object.assign(child, { stdin, stdout }));
    const line = await worker.line();
    if (line !== 'ready') throw new Error(`${name} said "${line}"`);
    return worker;
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the worker did not start');
    return pid;
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('the worker ended before it answered');
    return next.value;
  }

  send(command: string): void {
    this.#child.stdin.write(`${command}\n`);
  }

  /** Gives a command and waits for the line of its answer. */
  async ask(command: string): Promise<string> {
    this.send(command);
    return this.line();
  }

  /** The same, where the answer is a number. */
  async askNumber(command: string): Promise<number> {
    return Number(await this.ask(command));
  }

  /** Waits until it ends by itself, and answers with its exit status. */
  async ended(): Promise<number | null> {
    if (!this.#hasEnded()) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** Ends it, and waits until it has ended. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
