import type { Outcome } from '../destinations/index.js';
import type { Log } from '../log/index.js';

type Delivered = Extract<Outcome, { status: 'delivered' }>;

/** Which of several servers takes the results, and why it is not the first. */
export class Detour {
  #last: Omit<Delivered, 'status'> = {};

  /** Returns what is to be told, once for each change. */
  take({
    server,
    detour,
  }: Delivered): { readonly level: Parameters<Log>[0]; readonly text: string } | undefined {
    const before = this.#last;
    this.#last = { ...(server !== undefined && { server }), ...(detour !== undefined && { detour }) };
    if (server === undefined || server === before.server) return undefined;
    if (detour !== undefined)
      return { level: 'warning', text: `${server} takes the results, since ${detour}` };
    return before.detour === undefined
      ? undefined
      : { level: 'notice', text: `${server} takes the results again` };
  }

  status(): Omit<Delivered, 'status'> {
    return this.#last;
  }
}
