import { serviceKey, type ServiceResult } from '../services/index.js';

/** A service whose last result was refused. */
export interface Refusal {
  readonly host: string;
  readonly service: string;
  /** Who refuses it: the server, or this side, which does not even send it. */
  readonly by: 'server' | 'sender';
  readonly reason: string;
  /** When it began: in a status milliseconds since 1970, until then those of a clock that nobody sets. */
  readonly since: number;
}

/** The services whose results are refused. Their next results are tried as all others are. */
export class Refusals {
  readonly #refused = new Map<string, Refusal>();

  /** Returns whether this is the first of its service. */
  add(refusal: Refusal): boolean {
    const before = this.#refused.get(serviceKey(refusal));
    this.#refused.set(serviceKey(refusal), { ...refusal, since: before?.since ?? refusal.since });
    return before === undefined;
  }

  /** A result of the service was taken. Returns whether the one before it was refused. */
  end(result: Pick<ServiceResult, 'host' | 'service'>): boolean {
    return this.#refused.delete(serviceKey(result));
  }

  all(): Refusal[] {
    return [...this.#refused.values()];
  }
}
