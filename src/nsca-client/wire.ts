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
  /** Not an orderly end: the connection failed, or the server closed it without having read everything (a reset). */
  broken = false;
  /** All that was given to `write` is with the kernel. */
  written = false;
  /** The server took nothing of what was written for as long as `write` allows. */
  stalled = false;
  #onChange: (() => void) | undefined;

  constructor(private readonly socket: Socket) {
    this.broken = socket.destroyed;
    this.closed = socket.destroyed;
    socket.on('data', (bytes) => {
      if (this.received.length < KEPT)
        this.received = Buffer.concat([this.received, bytes]).subarray(0, KEPT);
      this.changed();
    });
    socket.on('timeout', () => {
      this.stalled = true;
      this.changed();
    });
    socket.on('error', () => {
      this.broken = true;
    });
    const onClosed = () => {
      this.closed = true;
      this.changed();
    };
    socket.on('end', onClosed);
    socket.on('close', onClosed);
  }

  /** `patience`: milliseconds without progress. */
  write(bytes: Buffer, patience: number): void {
    this.written = false;
    this.socket.setTimeout(patience);
    this.socket.write(bytes, (error) => {
      this.socket.setTimeout(0);
      this.written = !error;
      this.changed();
    });
  }

  /** Nothing more will be written; the server may still read what was. */
  end(): void {
    this.socket.end();
  }

  /** To be called when a condition may have come true by something that the connection does not know of. */
  changed(): void {
    this.#onChange?.();
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
