import koffi from 'koffi';
import { lastError, SystemError } from './errors.js';
import { libbpf, type Pointer } from './libbpf.js';

const recordPrototype = koffi.proto('int', ['void *', 'void *', 'size_t']);

/** How many records are handed over at a time: some milliseconds, so that the event loop goes on. */
const MOST_RECORDS = 4096;
/** Anything negative makes libbpf stop after the record. */
const STOP = -1;

// A view of the C memory would cost thirty times as much, and memory of its own for each record.
const memcpy = koffi.load(null).func('memcpy', 'void', ['void *', 'void *', 'size_t']) as (
  to: Uint8Array,
  from: Pointer,
  size: number,
) => void;

/** Gets each record; the view is valid during the call only. */
export type OnRecord = (record: DataView) => void;

/** The reading end of one BPF ring buffer, or of several that are waited for together. */
export class RingBuffer {
  /** An epoll descriptor, readable while there is something to consume. */
  readonly fd: number;
  readonly #ring: Pointer;
  readonly #callbacks: bigint[] = [];
  #record = new Uint8Array(128);
  #view = new DataView(this.#record.buffer);
  #failure: Error | undefined;
  #handedOver = 0;
  #state: 'open' | 'consuming' | 'closing' | 'closed' = 'open';

  /** @throws SystemError */
  constructor(mapFd: number, onRecord: OnRecord) {
    this.#ring = libbpf().ring_buffer__new(mapFd, this.#register(onRecord), null, null);
    if (this.#ring === null) {
      this.#unregister();
      throw lastError('ring_buffer__new');
    }
    this.fd = libbpf().ring_buffer__epoll_fd(this.#ring);
  }

  /**
   * Reads another ring as well, until close.
   *
   * @throws SystemError
   */
  add(mapFd: number, onRecord: OnRecord): void {
    const status = libbpf().ring_buffer__add(this.#ring, mapFd, this.#register(onRecord), null);
    if (status < 0) throw new SystemError('ring_buffer__add', -status);
  }

  /**
   * Hands over what is there, up to some thousands of records.
   *
   * @returns how many; if `isEmpty` is false there is more, and the descriptor stays readable
   */
  consume(): { records: number; isEmpty: boolean } {
    if (this.#state !== 'open') return { records: 0, isEmpty: true };
    this.#state = 'consuming';
    this.#handedOver = 0;
    const status = libbpf().ring_buffer__consume(this.#ring);
    if (this.#isClosing()) this.#free();
    else this.#state = 'open';
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    const isEmpty = this.#handedOver < MOST_RECORDS;
    if (status < 0 && isEmpty) throw new SystemError('ring_buffer__consume', -status);
    return { records: this.#handedOver, isEmpty };
  }

  /** Closing in the middle of a record takes effect when consume() is done. */
  close(): void {
    if (this.#state === 'open') this.#free();
    else if (this.#state === 'consuming') this.#state = 'closing';
  }

  /** A method, since the compiler does not see that consume() can call close(). */
  #isClosing(): boolean {
    return this.#state === 'closing';
  }

  #register(onRecord: OnRecord): bigint {
    const callback = koffi.register((_context: Pointer, data: Pointer, size: number) => {
      // Nothing may be thrown through libbpf: stop there, and throw here.
      try {
        onRecord(this.#copy(data, size));
        return ++this.#handedOver < MOST_RECORDS ? 0 : STOP;
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        return STOP;
      }
    }, koffi.pointer(recordPrototype));
    this.#callbacks.push(callback);
    return callback;
  }

  #copy(data: Pointer, size: number): DataView {
    if (size > this.#record.length) {
      this.#record = new Uint8Array(size);
      this.#view = new DataView(this.#record.buffer);
    }
    memcpy(this.#record, data, size);
    return this.#view;
  }

  #free(): void {
    this.#state = 'closed';
    libbpf().ring_buffer__free(this.#ring);
    this.#unregister();
  }

  #unregister(): void {
    for (const callback of this.#callbacks) koffi.unregister(callback);
  }
}
