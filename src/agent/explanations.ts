import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { Holdings, type HeldReader } from '../holdings/index.js';
import { resources, type Service, type ServiceResult } from '../services/index.js';

/** Milliseconds in which a server nearby has answered: what has to be done for that is not to wait meanwhile. */
const MEANWHILE = 20;

/** What the worst process of a service holds, for the long output of its results. */
export class Explanations {
  readonly #holdings: Holdings;
  #isClosed = false;

  constructor(files: HeldReader) {
    this.#holdings = new Holdings(files);
  }

  /** What another has remembered of these processes, which is closed. */
  goOnFrom(other: Explanations, pids: Iterable<number>): void {
    this.#holdings.goOnFrom(other.#holdings, pids);
  }

  /** Lines about what fills the worst process, when that is the question. A promise only if it takes long. */
  of(result: ServiceResult): string[] | Promise<string[]> {
    const pid = result.worsened ? holderIn(result) : undefined;
    return pid === undefined ? [] : this.#holdings.lines(pid);
  }

  /** What processes hold while all is well. The worst of each service first: they are the first to get worse. */
  async rememberAll(services: readonly Service[]): Promise<void> {
    for (const service of services) {
      if (!resources[service.resource].isFiles) continue;
      for (const { pid, state } of service.status().members) {
        if (state !== 'OK' || this.#holdings.remembers(pid)) continue;
        await this.#holdings.remember(pid);
        await nextTurn();
        if (this.#isClosed) return;
      }
    }
  }

  /**
   * What the worst process holds now that its service has become OK. Good news do not wait for it.
   *
   * @param isStillWell what is held once all is not well any more would be no measure
   */
  async rememberSoon(change: ServiceResult, isStillWell: () => boolean): Promise<void> {
    const pid = holderIn(change);
    if (pid === undefined) return;
    await wait(MEANWHILE, undefined, { ref: false });
    if (isStillWell()) await this.#holdings.remember(pid);
  }

  /** The process has ended. */
  forget(pid: number): void {
    this.#holdings.forget(pid);
  }

  close(): void {
    this.#isClosed = true;
    this.#holdings.close();
  }
}

/** The worst process, where the service is about what it holds. */
function holderIn({ worst }: ServiceResult): number | undefined {
  return worst && resources[worst.resource].isFiles ? worst.process.pid : undefined;
}
