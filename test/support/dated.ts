import { chmodSync } from 'node:fs';
import { LineProgram } from '../../rig/programs/line-program.js';
import { Programs } from './programs.js';

/** Open files that it has all the time. */
const HELD = 500;
/** Limits by which they are more than 80 %, more than 50 %, and less. */
const LIMITS = [
  { from: HELD + 5, to: 625 },
  { from: 625, to: 1000 },
  { from: 1000, to: 4000 },
] as const;
const HARD = 4096;

/**
 * A process whose state changes by one system call, setrlimit(2), and never has the same limit twice before all were
 * there: by the limit that a result speaks of one knows how old it is.
 */
export class Dated {
  /** Those that it had, the newest last. */
  readonly limits: number[] = [];
  readonly #next: number[] = LIMITS.map(({ from }) => from);

  private constructor(
    private readonly worker: LineProgram,
    private readonly programs: Programs,
  ) {}

  /** @param uid who it is */
  static async start(uid = 0): Promise<Dated> {
    const programs = new Programs('fd-worker');
    // Whoever it is, he has to come to the program.
    chmodSync(programs.folder, 0o755);
    const as = ['setpriv', '--reuid', String(uid), '--clear-groups', programs.make('dated')];
    const dated = new Dated(await LineProgram.run('prlimit', `--nofile=${HARD}:${HARD}`, ...as), programs);
    const has = await dated.worker.askNumber('open 0');
    await dated.worker.ask(`open ${HELD - has}`);
    await dated.change(LIMITS.length - 1);
    return dated;
  }

  get pid(): number {
    return this.worker.pid;
  }

  /** @param kind of its state: 0 CRITICAL, 1 WARNING, 2 OK with `warning: 50%, critical: 80%` */
  async change(kind: number): Promise<void> {
    const { from, to } = LIMITS[kind] ?? LIMITS[0];
    const limit = this.#next[kind] ?? from;
    this.#next[kind] = limit + 1 < to ? limit + 1 : from;
    // Before it is so: the agent is quick.
    this.limits.push(limit);
    await this.worker.ask(`limit ${limit}`);
  }

  /** Which of its limits a result speaks of; -1: none that it had. */
  momentOf(output: string): number {
    return this.limits.lastIndexOf(Number(/ of (\d+) open files/.exec(output)?.[1]));
  }

  isNewest(output: string): boolean {
    return this.momentOf(output) === this.limits.length - 1;
  }

  async end(): Promise<void> {
    await this.worker.end();
    this.programs.remove();
  }
}
