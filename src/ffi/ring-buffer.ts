import koffi from 'koffi';
import { lastError, SystemError } from './errors.js';
import { libbpf, type Pointer } from './libbpf.js';

const recordPrototype = koffi.proto('int', ['void *', 'void *', 'size_t']);

/** The reading end of a BPF ring buffer. */
export class RingBuffer {
  /** An epoll descriptor, readable while there is something to consume. */
  readonly fd: number;
  readonly #ring: Pointer;
  readonly #callback: bigint;
  #failure: Error | undefined;
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
        return 0;
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        return -1;
      }
    }, koffi.pointer(recordPrototype));
    this.#ring = libbpf().ring_buffer__new(mapFd, this.#callback, null, null);
    if (this.#ring === null) {
      koffi.unregister(this.#callback);
      throw lastError('ring_buffer__new');
    }
    this.fd = libbpf().ring_buffer__epoll_fd(this.#ring);
  }

  /** Hands over every record that is there. */
  consume(): void {
    if (this.#state !== 'open') return;
    this.#state = 'consuming';
    const status = libbpf().ring_buffer__consume(this.#ring);
    if (this.#isClosing()) this.#free();
    else this.#state = 'open';
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    if (status < 0) throw new SystemError('ring_buffer__consume', -status);
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
