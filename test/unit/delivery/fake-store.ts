import { pluginOutput, type ServiceResult } from '../../../src/services/index.js';
import type { Store } from '../../../src/delivery/store.js';

/** A disk that never fails, and outlives an outbox. */
export class FakeStore implements Store {
  content: readonly ServiceResult[] = [];
  writes = 0;
  /** As on a mount that is dead. */
  hangs = false;

  /** Until when it cannot be read. */
  isReadable: Promise<void> | undefined;

  load(): ServiceResult[] | Promise<ServiceResult[]> {
    return this.isReadable?.then(() => [...this.content]) ?? [...this.content];
  }

  save(results: readonly ServiceResult[]): void {
    this.content = results;
    this.writes++;
  }

  patience(): number {
    return 5000;
  }

  settled(): Promise<void> {
    return this.hangs ? new Promise(() => undefined) : Promise.resolve();
  }

  get outputs(): string[] {
    return this.content.map(pluginOutput);
  }
}
