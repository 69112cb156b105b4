import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export const COMMAND = new URL('../../../plugins/check_rlimit_passive', import.meta.url).pathname;

/** The command takes the first node of the path; this way that is the one which runs the tests. */
const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;

export interface Finished {
  readonly status: number | null;
  readonly stdout: string[];
  readonly stderr: string[];
}

let programs = 0;

/** A program with its output line by line. */
export class Program {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  #waiting: (() => void)[] = [];

  /** @param environment besides the test's own, and a directory for what an agent keeps, which goes with it */
  constructor(file: string, parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const state = join(tmpdir(), `state-of-${process.pid}-${programs++}`);
    this.#child = spawn(file, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH, STATE_DIRECTORY: state, ...environment },
    });
    const keep = (lines: string[]) => (line: string) => {
      lines.push(line);
      this.#wake();
    };
    createInterface({ input: this.#child.stdout }).on('line', keep(this.stdout));
    createInterface({ input: this.#child.stderr }).on('line', keep(this.stderr));
    this.#child.on('close', () => {
      rmSync(state, { recursive: true, force: true });
      this.#wake();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for lines of its output; fails if it ends before. */
  async until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (this.#hasEnded()) throw new Error(`the command ended: ${this.stderr.join('\n')}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async finished(): Promise<Finished> {
    if (!this.#hasEnded() || !this.#child.stdout.closed) await once(this.#child, 'close');
    return { status: this.#child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #wake(): void {
    for (const look of this.#waiting.splice(0)) look();
  }
}

/** `check_rlimit_passive`. */
export class Command extends Program {
  constructor(...parameters: string[]) {
    super(COMMAND, parameters);
  }

  /** Runs to its end. */
  static async run(...parameters: string[]): Promise<Finished> {
    return new Command(...parameters).finished();
  }
}
