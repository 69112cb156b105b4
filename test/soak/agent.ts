import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, COMMAND } from '../../rig/programs/command.js';
import { Fifo } from '../../rig/programs/fifo.js';

/** Debian's faketime on each architecture: it sets the clock of one process and leaves the machine's alone. */
const FAKETIME = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** What `status --json` says, as far as it is looked at. */
export interface Status {
  readonly lost: Readonly<Record<string, number>>;
  readonly services: readonly { readonly service: string; readonly state: string }[];
}

/** The agent, with a time of day that can be set and a log whose reader can be stuck. */
export class Agent {
  readonly log: Fifo;
  linesLost = 0;
  readonly #child: ChildProcess;
  readonly #clock: string;
  readonly #socket: string;

  private constructor(folder: string, config: string, socket: string) {
    this.#clock = join(folder, 'clock');
    this.#socket = socket;
    this.setClock(0);
    this.log = new Fifo(folder, 'log');
    if (FAKETIME === undefined) throw new Error('faketime is missing; install it: apt-get install faketime');
    this.#child = spawn(COMMAND, ['-c', config, '-v'], {
      stdio: ['ignore', 'ignore', this.log.fd],
      env: {
        ...process.env,
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: this.#clock,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        // Looked at once a second, so that the agent does something else as well.
        FAKETIME_CACHE_DURATION: '1',
      },
    });
  }

  static async start(folder: string, config: string, socket: string): Promise<Agent> {
    const agent = new Agent(folder, config, socket);
    agent.log.read();
    await agent.log.until(() => agent.log.text.includes(': sent '));
    return agent;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** So many seconds from the machine's. */
  setClock(seconds: number): void {
    writeFileSync(`${this.#clock}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${this.#clock}.new`, this.#clock);
  }

  reload(): void {
    this.#child.kill('SIGHUP');
  }

  /** What was read of the log is counted, and thrown away. */
  readLog(): void {
    const { text } = this.log;
    this.log.text = '';
    for (const [, count] of text.matchAll(/(\d+) lines? (?:were|was) lost/g)) this.linesLost += Number(count);
  }

  async status(): Promise<Status> {
    const { stdout } = await Command.run('status', '--json', '--socket', this.#socket);
    return JSON.parse(stdout.join('\n')) as Status;
  }

  /** @returns its exit status */
  async end(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    if (!this.hasEnded) await once(this.#child, 'exit');
    this.log.close();
    return this.#child.exitCode;
  }
}
