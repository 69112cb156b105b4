import { CWorker } from './c-worker.js';

/** A process whose descriptors are known to the last one (workers/fd-worker.c). */
export class Worker {
  readonly #worker: CWorker;

  private constructor(worker: CWorker) {
    this.#worker = worker;
  }

  /** @param limit the soft and hard limit of open files */
  static async start(limit = 1024): Promise<Worker> {
    return new Worker(await CWorker.start('fd-worker', { limit }));
  }

  get pid(): number {
    return this.#worker.pid;
  }

  /** Gives a command and waits for its answer. */
  async do(command: string): Promise<{ count: number }> {
    return { count: await this.#worker.askNumber(command) };
  }

  /** Ends it, and waits until it has ended. */
  async end(): Promise<void> {
    await this.#worker.end();
  }
}
