import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** How long a child may take to end by itself before it is killed. */
const PATIENCE = 2000;

export interface Listeners {
  readonly onOutput?: (line: string) => void;
  readonly onError: (line: string) => void;
  /** It has ended, or could not start, and all that it said has been heard. */
  readonly onEnd: (reason: string) => void;
}

/** A child process, line by line. */
export class Child {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #closed: Promise<void>;

  constructor(command: string, parameters: readonly string[], listeners: Listeners) {
    // In a group of its own: Ctrl-C is for the demo, which ends its children in order.
    this.#child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    createInterface({ input: this.#child.stdout }).on('line', listeners.onOutput ?? (() => undefined));
    createInterface({ input: this.#child.stderr }).on('line', listeners.onError);
    // A child that has ended reads no more.
    this.#child.stdin.on('error', () => undefined);
    this.#closed = once(this.#child, 'close').then(
      () => {
        listeners.onEnd(`ended with ${this.#child.signalCode ?? `status ${this.#child.exitCode ?? '?'}`}`);
      },
      (error: unknown) => {
        listeners.onEnd(`could not start: ${String(error)}`);
      },
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async end(): Promise<void> {
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    this.#child.kill('SIGTERM');
    await this.#closed;
    clearTimeout(impatience);
  }
}
