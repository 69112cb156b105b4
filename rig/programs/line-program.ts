import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

type Piped = ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };

const PIPES = ['pipe', 'pipe', 'inherit'] as const;

/** A program that obeys lines and answers with lines, and says `ready` when it is itself. */
export class LineProgram {
  readonly #child: Piped;
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;

  /** @param command the program and its arguments; @param descriptors what it has from 3 on */
  protected constructor(
    name: string,
    command: readonly [string, ...string[]],
    descriptors: readonly number[] = [],
  ) {
    const [file, ...parameters] = command;
    const stdio: StdioOptions = [...PIPES, ...descriptors];
    this.#name = name;
    // It has both pipes.
    this.#child = spawn(file, parameters, { stdio }) as Piped;
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static run(file: string, ...parameters: (string | number)[]): Promise<LineProgram> {
    return new LineProgram(basename(file), [file, ...parameters.map(String)]).ready();
  }

  /** It is itself then, and its descriptors are known. */
  protected async ready(): Promise<this> {
    const line = await this.line();
    if (line !== 'ready') throw new Error(`${this.#name} said "${line}"`);
    return this;
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.#name} did not start`);
    return pid;
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`${this.#name} ended before it answered`);
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
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** Ends it, and waits until it has ended. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }
}
