import type { LoopWatch, Writer } from '../../src/ffi/index.js';
import type { Output } from './output.js';

/** Texts that are written when who reads takes them. Nothing waits for that but the texts. */
export class QueuedOutput implements Output {
  readonly #writer: Writer;
  readonly #onError: (error: unknown, unwritten: number) => void;
  #queue: Buffer[] = [];
  #bytes = 0;
  #watch: LoopWatch | undefined;
  #isHolding: boolean;
  #drained: (() => void)[] = [];

  /**
   * @param options.holds whether the process lives on until everything is written
   * @param options.onError what keeps texts from being written, how many: they are dropped
   */
  constructor(
    writer: Writer,
    {
      holds,
      onError,
    }: { readonly holds: boolean; readonly onError: (error: unknown, unwritten: number) => void },
  ) {
    this.#writer = writer;
    this.#isHolding = holds;
    this.#onError = onError;
  }

  /** Bytes that are not written yet. */
  get waiting(): number {
    return this.#bytes;
  }

  write(text: string | Uint8Array): void {
    const bytes = Buffer.from(text);
    this.#queue.push(bytes);
    this.#bytes += bytes.length;
    if (!this.#watch) this.#writeOn();
  }

  /** When nothing waits. */
  async drained(): Promise<void> {
    if (this.#bytes > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** The process does not live on for it any more. */
  letGo(): void {
    this.#isHolding = false;
    this.#watch?.unref();
  }

  /** What can be written within so many milliseconds, before the process ends. */
  finish(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    this.#writeOn();
    while (this.#bytes > 0) {
      const left = end - performance.now();
      if (left <= 0) return;
      this.#writer.wait(Math.ceil(left));
      this.#writeOn();
    }
  }

  #writeOn(): void {
    try {
      this.#writeWhatIsTaken();
    } catch (error) {
      const unwritten = this.#queue.length;
      this.#queue = [];
      this.#bytes = 0;
      this.#onError(error, unwritten);
    }
    if (this.#bytes > 0) this.#wait();
    else this.#rest();
  }

  #writeWhatIsTaken(): void {
    // One by one, so that each is in one piece if others write there, too.
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      const written = this.#writer.write(first);
      this.#bytes -= written;
      if (written === 0) return;
      if (written < first.length) this.#queue[0] = first.subarray(written);
      else this.#queue.shift();
    }
  }

  #wait(): void {
    if (this.#watch) return;
    this.#watch = this.#writer.watch(() => {
      this.#writeOn();
    });
    if (!this.#isHolding) this.#watch.unref();
  }

  #rest(): void {
    this.#watch?.close();
    this.#watch = undefined;
    for (const tell of this.#drained.splice(0)) tell();
  }
}
