import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, statSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** From dist/test/support/ to the sources. */
const SOURCE = new URL('../../../test/support/fd-worker.c', import.meta.url).pathname;

/** Beside the compiled tests, where it is compiled once for all of them. */
const BINARY = new URL('./fd-worker', import.meta.url).pathname;

function compiled(): string {
  if (existsSync(BINARY) && statSync(BINARY).mtimeMs > statSync(SOURCE).mtimeMs) return BINARY;
  // Renamed when it is whole: it may be run from elsewhere.
  const fresh = `${BINARY}.${process.pid}`;
  const { status, stderr } = spawnSync('gcc', ['-O2', '-Wall', '-Werror', '-pthread', '-o', fresh, SOURCE], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`gcc: ${stderr}`);
  renameSync(fresh, BINARY);
  return BINARY;
}

/** A process whose descriptors are known to the last one (fd-worker.c). */
export class Worker {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    const reader: Interface = createInterface({ input: child.stdout });
    this.#lines = reader[Symbol.asyncIterator]();
  }

  /** @param limit the soft and hard limit of open files */
  static async start(limit = 1024): Promise<Worker> {
    const child = spawn('prlimit', [`--nofile=${limit}:${limit}`, compiled()], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const worker = new Worker(child);
    // Answers as soon as it is itself, and no longer prlimit.
    await worker.do('open 0');
    return worker;
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the worker did not start');
    return pid;
  }

  /** Gives a command and waits for its answer. */
  async do(command: string): Promise<{ count: number; crossings: string[] }> {
    this.#child.stdin.write(`${command}\n`);
    const crossings: string[] = [];
    for (;;) {
      const next = await this.#lines.next();
      if (next.done === true) throw new Error(`the worker ended at "${command}"`);
      const line = next.value;
      if (line.startsWith('count ')) return { count: Number(line.slice(6)), crossings };
      crossings.push(line);
    }
  }

  /** Ends it, and waits until it has ended. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
