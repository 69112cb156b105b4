import koffi from 'koffi';
import { lastError, SystemError } from './errors.js';
import { libbpf, type Pointer } from './libbpf.js';

const recordPrototype = koffi.proto('int', ['void *', 'void *', 'size_t']);

/** How many records are handed over at a time: some milliseconds, so that the event loop goes on. */
const MOST_RECORDS = 4096;
/** Anything negative makes libbpf stop after the record. */
const STOP = -1;

/** The reading end of a BPF ring buffer. */
export class RingBuffer {
  /** An epoll descriptor, readable while there is something to consume. */
  readonly fd: number;
  readonly #ring: Pointer;
  readonly #callback: bigint;
  #failure: Error | undefined;
  #handedOver = 0;
  #state: 'open' | 'consuming' | 'closing' | 'closed' = 'open';

  /**
   * @param onRecord gets each record; the view is valid during the call only
   * @throws SystemError
   */
  constructor(mapFd: number, onRecord: (record: DataView) => void) {
    this.#callback = koffi.register((_context: Pointer, data: Pointer, size: number) => {
      // Nothing may be thrown through libbpf: stop there, and throw here.
      try {
        onRecord(new DataView(koffi.view(data, size)));
        return ++this.#handedOver < MOST_RECORDS ? 0 : STOP;
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        return STOP;
      }
    }, koffi.pointer(recordPrototype));
    this.#ring = libbpf().ring_buffer__new(mapFd, this.#callback, null, null);
    if (this.#ring === null) {
      koffi.unregister(this.#callback);
      throw lastError('ring_buffer__new');
    }
    this.fd = libbpf().ring_buffer__epoll_fd(this.#ring);
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

  #free(): void {
    this.#state = 'closed';
    libbpf().ring_buffer__free(this.#ring);
    koffi.unregister(this.#callback);
  }
}
