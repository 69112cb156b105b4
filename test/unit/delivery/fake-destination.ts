import type { Delivery, Destination } from '../../../src/delivery/index.js';
import type { ServiceResult } from '../../../src/services/index.js';

/** A result that can be told from others by its number. */
export const result = (number: number): ServiceResult => ({
  host: 'gw01',
  service: 'broker fds',
  returnCode: 0,
  output: String(number),
  state: 'OK',
  time: number,
  cause: 'change',
  worsened: false,
});

/** A destination that keeps what it gets, and answers when it is told to. */
export class FakeDestination implements Destination {
  readonly name = 'fake';
  /** The numbers of the results of each batch. */
  readonly batches: number[][] = [];
  signal: AbortSignal | undefined;
  #answer: (delivery: Delivery) => void = () => undefined;

  deliver(results: readonly ServiceResult[], signal: AbortSignal): Promise<Delivery> {
    this.batches.push(results.map(({ output }) => Number(output)));
    this.signal = signal;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(status: Delivery['status']): void {
    this.#answer(status === 'delivered' ? { status } : { status, reason: `it is ${status}` });
  }
}
