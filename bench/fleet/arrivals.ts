import type { Newest } from '../load/gateways.js';
import { numberOf } from './numbered.js';

/** What a server knows of each service, and in which order it came to know it. */
export class Arrivals {
  /** Results that came after one which is newer. */
  outOfOrder = 0;
  /** Results of which a newer one came, and they did not. Of an outage, that is as it should be. */
  missing = 0;
  readonly #last = new Map<string, { number: number; code: number }>();

  take(service: string, code: number, output: string): void {
    const last = this.#last.get(service) ?? { number: 0, code };
    const number = numberOf(output) ?? last.number;
    if (number < last.number) this.outOfOrder++;
    if (number > last.number + 1) this.missing += number - last.number - 1;
    this.#last.set(service, { number, code });
  }

  /** The services of which nothing has come that is as new as this. */
  unheard(newest: Newest): string[] {
    return Object.entries(newest)
      .filter(([service, [number]]) => (this.#last.get(service)?.number ?? 0) < number)
      .map(([service]) => service);
  }

  /** The services whose state is not known as it is. */
  untrue(newest: Newest): string[] {
    return Object.entries(newest)
      .filter(([service, [, code]]) => this.#last.get(service)?.code !== code)
      .map(([service]) => service);
  }
}
