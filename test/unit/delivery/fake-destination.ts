import type { Destination, Outcome } from '../../../src/destinations/index.js';
import { pluginOutput, type ServiceResult } from '../../../src/services/index.js';

/** A result that can be told from others by its number. */
export const result = (number: number, rest: Partial<ServiceResult> = {}): ServiceResult => ({
  host: 'gw01',
  service: 'broker fds',
  state: 'OK',
  time: Date.now(),
  cause: 'change',
  worsened: false,
  text: String(number),
  perfdata: [],
  longOutput: [],
  ...rest,
});

/** What a destination answers to a result, in one word. */
export type Answer = 'delivered' | 'unreachable' | 'rejected' | 'refused' | 'unsendable';

function outcomeOf(answer: Answer): Outcome {
  const reason = `it is ${answer}`;
  switch (answer) {
    case 'delivered':
      return { status: 'delivered' };
    case 'refused':
      return { status: 'refused', by: 'server', reason };
    case 'unsendable':
      return { status: 'refused', by: 'sender', reason };
    case 'unreachable':
    case 'rejected':
      return { status: 'failed', failure: answer, reason };
  }
}

/** A batch on its way to a fake destination. */
export class FakeDelivery {
  constructor(
    readonly results: readonly ServiceResult[],
    readonly signal: AbortSignal,
    readonly write: () => void,
    /** These did not stay where they were. */
    readonly lose: (results: readonly ServiceResult[], reason?: string) => void,
    private readonly settle: (outcomes: readonly Outcome[]) => void,
  ) {}

  get outputs(): string[] {
    return this.results.map(pluginOutput);
  }

  /** The same of each result, or one of each. */
  answer(answer: Answer | readonly Answer[]): void {
    const answers = typeof answer === 'string' ? this.results.map(() => answer) : answer;
    this.settle(answers.map(outcomeOf));
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
    onLost: (results: readonly ServiceResult[], reason?: string) => void = () => undefined,
  ): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      this.deliveries.push(new FakeDelivery(results, signal, onWritten, onLost, resolve));
    });
  }
}
