import { setTimeout as pause } from 'node:timers/promises';
import { CWorker } from '../support/c-worker.js';

/** Open files of the parent; each child has one more, by which it crosses a level. */
export const HELD = 20;
/** Children, and their children. */
const AT_ONCE = 2;
const WAYS = ['fork', 'vfork', 'clone3', 'posix_spawn'] as const;
/** Milliseconds. */
const TURN = 50;

/** A process whose children cross a level at once and end. */
export class Births {
  count = 0;

  private constructor(private readonly worker: CWorker) {}

  static async start(): Promise<Births> {
    return new Births(await CWorker.start('births', { parameters: [HELD] }));
  }

  get pid(): number {
    return this.worker.pid;
  }

  /** So many in an hour, by turns in each way. */
  async keepOn(inAnHour: number, over: AbortSignal): Promise<void> {
    const started = performance.now();
    while (!over.aborted) {
      const due = ((performance.now() - started) / 3_600_000) * inAnHour;
      while (this.count < due) {
        await this.worker.ask(WAYS[(this.count / AT_ONCE) % WAYS.length] ?? 'fork');
        this.count += AT_ONCE;
      }
      await pause(TURN);
    }
  }

  async end(): Promise<void> {
    await this.worker.end();
  }
}
