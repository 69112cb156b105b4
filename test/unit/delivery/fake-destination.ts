import type { Delivery, Destination } from '../../../src/delivery/index.js';
import { returnCode, type ServiceResult } from '../../../src/services/index.js';

/** A result that can be told from others by its number. */
export const result = (number: number, rest: Partial<ServiceResult> = {}): ServiceResult => ({
  host: 'gw01',
  service: 'broker fds',
  returnCode: returnCode(rest.state ?? 'OK'),
  output: String(number),
  state: 'OK',
  time: Date.now(),
  cause: 'change',
  worsened: false,
  ...rest,
});

/** A batch on its way to a fake destination. */
export class FakeDelivery {
  constructor(
    readonly results: readonly ServiceResult[],
    readonly signal: AbortSignal,
    readonly write: () => void,
    private readonly settle: (delivery: Delivery) => void,
  ) {}

  get outputs(): string[] {
    return this.results.map(({ output }) => output);
  }

  answer(status: Delivery['status']): void {
    this.settle(status === 'delivered' ? { status } : { status, reason: `it is ${status}` });
  }
}

/** A destination that keeps what it gets, and answers when it is told to. */
export class FakeDestination implements Destination {
  readonly name = 'fake';
  readonly deliveries: FakeDelivery[] = [];

  /** The outputs of each batch. */
  get batches(): string[][] {
    return this.deliveries.map(({ outputs }) => outputs);
  }

  get last(): FakeDelivery {
    const last = this.deliveries.at(-1);
    if (!last) throw new Error('nothing was delivered');
    return last;
  }

  deliver(
    results: readonly ServiceResult[],
    signal: AbortSignal,
    onWritten: () => void = () => undefined,
  ): Promise<Delivery> {
    return new Promise((resolve) => {
      this.deliveries.push(new FakeDelivery(results, signal, onWritten, resolve));
    });
  }
}
