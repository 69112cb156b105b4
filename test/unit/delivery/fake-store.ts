import { pluginOutput, type ServiceResult } from '../../../src/services/index.js';
import type { Store } from '../../../src/delivery/store.js';

/** A disk that outlives an outbox. */
export class FakeStore implements Store {
  content: readonly ServiceResult[] = [];
  writes = 0;
  /** As on a mount that is dead. */
  hangs = false;
  /** As one that is full. */
  fails = false;
  isLoaded = false;
  /** Where somebody else has to answer first. */
  answered: Promise<unknown> | undefined;
  #isWritten = true;
  #leave: () => void = () => undefined;

  load(): ServiceResult[] | Promise<ServiceResult[]> {
    const load = () => {
      this.isLoaded = true;
      return [...this.content];
    };
    if (!this.answered) return load();
    const left = new Promise<ServiceResult[]>((resolve) => {
      this.#leave = () => {
        resolve([]);
      };
    });
    return Promise.race([this.answered.then(load), left]);
  }

  goOnFrom(): void {
    // It writes at once.
  }

  leave(): void {
    this.#leave();
  }

  save(results: readonly ServiceResult[]): void {
    this.#isWritten = !this.fails;
    if (this.fails) return;
    this.content = results;
    this.writes++;
  }

  patience(): number {
    return 5000;
  }

  settled(): Promise<boolean> {
    return this.hangs ? new Promise(() => undefined) : Promise.resolve(this.#isWritten);
  }

  get outputs(): string[] {
    return this.content.map(pluginOutput);
  }
}
