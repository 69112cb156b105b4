import type { Writer } from '../../src/ffi/index.js';
import type { Output } from './output.js';
import { QueuedOutput } from './queued-output.js';

/** Bytes that wait for who reads, at most. After a loss there has to be room for half as much again. */
const MOST = 256 * 1024;

/** Lines for who may not read: those that there is no room for are lost, and counted. */
export class LossyOutput implements Output {
  readonly #queue: QueuedOutput;
  readonly #lossLine: (count: number) => string;
  #lost = 0;
  /** Lost as well, and told by a line that may wait itself. */
  #told = 0;

  /** @param lossLine what is said when there is room again */
  constructor(writer: Writer, lossLine: (count: number) => string) {
    this.#lossLine = lossLine;
    this.#queue = new QueuedOutput(writer, {
      holds: false,
      onError: (_error, unwritten) => {
        this.#lost += this.#told > 0 ? this.#told + unwritten - 1 : unwritten;
        this.#told = 0;
      },
    });
  }

  write(line: string | Uint8Array): void {
    if (this.#queue.waiting > (this.#lost > 0 ? MOST / 2 : MOST)) {
      if (this.#lost === 0) void this.#queue.drained().then(this.#tellLoss);
      this.#lost++;
      return;
    }
    this.#tellLoss();
    this.#queue.write(line);
  }

  drained(): Promise<void> {
    return this.#queue.drained();
  }

  finish(milliseconds: number): void {
    this.#queue.finish(milliseconds);
  }

  readonly #tellLoss = () => {
    if (this.#queue.waiting === 0) this.#told = 0;
    if (this.#lost === 0) return;
    this.#told += this.#lost;
    this.#lost = 0;
    this.#queue.write(this.#lossLine(this.#told));
  };
}
