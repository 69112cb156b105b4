import type { Socket } from 'node:net';
import { bounded, TIME_IS_OVER, type Bounds } from './bounded.js';

/** An nsca server says nothing after its init packet, so there is no reason to keep more. */
const KEPT = 256;

/** What has happened on a connection so far, and waiting for more of it to happen. */
export class Wire {
  /** The first bytes that came from the server. */
  received = Buffer.alloc(0);
  /** The server has closed its side, or the connection broke. */
  closed = false;
  /** All that was given to `write` is with the kernel. */
  written = false;
  /** The server took nothing of what was written for as long as `write` allows. */
  stalled = false;
  #onChange: (() => void) | undefined;

  constructor(private readonly socket: Socket) {
    this.closed = socket.destroyed;
    socket.on('data', (bytes) => {
      if (this.received.length < KEPT)
        this.received = Buffer.concat([this.received, bytes]).subarray(0, KEPT);
      this.#onChange?.();
    });
    const onClosed = () => {
      this.closed = true;
      this.#onChange?.();
    };
    socket.on('end', onClosed);
    socket.on('close', onClosed);
  }

  /** `patience`: milliseconds without progress. */
  write(bytes: Buffer, patience: number): void {
    this.socket.setTimeout(patience, () => {
      this.stalled = true;
      this.#onChange?.();
    });
    this.socket.write(bytes, (error) => {
      this.socket.setTimeout(0);
      this.written = !error;
      this.#onChange?.();
    });
  }

  /** Whether the condition came true in time. */
  async until(condition: () => boolean, bounds: Bounds): Promise<boolean> {
    const outcome = await bounded<true>(bounds, (resolve) => {
      this.#onChange = () => {
        if (condition()) resolve(true);
      };
      this.#onChange();
      return () => {
        this.#onChange = undefined;
      };
    });
    return outcome !== TIME_IS_OVER;
  }
}
