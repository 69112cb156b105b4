import { Outbox } from '../../src/delivery/index.js';
import type { Destination } from '../../src/destinations/index.js';
import { result } from '../unit/delivery/fake-destination.js';

export const SERVICES = ['a', 'b', 'c', 'd'];

/** A result as a server has it, whose output is its number. */
interface Come {
  readonly service: string;
  readonly output: string;
}

/** An outbox for results that are numbered from 0, of some services by turns, and what it has said. */
export class NumberedOutbox {
  readonly outbox: Outbox;
  readonly log: string[] = [];
  /** How many were pushed. */
  pushed = 0;
  #onLog: () => void = () => undefined;

  constructor(destination: Destination) {
    this.outbox = new Outbox({
      destination,
      log: (level, message) => {
        this.log.push(`${level} ${message}`);
        this.#onLog();
      },
    });
  }

  push(count: number): void {
    for (; count > 0; count--, this.pushed++)
      this.outbox.push(result(this.pushed, { service: SERVICES[this.pushed % SERVICES.length] ?? '' }));
  }

  /** Until so many results were sent in all. */
  async sent(count = this.pushed): Promise<void> {
    while (this.log.filter((line) => line.startsWith('detail ')).length < count)
      await new Promise<void>((resolve) => (this.#onLog = resolve));
  }

  /** Beside what was sent. */
  told(): string[] {
    return this.log.filter((line) => !line.startsWith('detail '));
  }
}

export const numbers = (server: { results(): readonly Come[] }): number[] =>
  server.results().map(({ output }) => Number(output));

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
