import { expect } from '@jest/globals';
import { pluginOutput, Service, type ServiceResult } from '../../../src/services/index.js';
import { parseRange, type ServiceDefinition } from '../../../src/services/index.js';

export const A = { pid: 1, name: 'a' };
export const B = { pid: 2, name: 'b' };
export const of100 = (value: number) => ({ value, limit: 100 });

/** WARNING above 50, CRITICAL above 80% of the limit. */
export function newService(changed: Partial<ServiceDefinition> = {}): Service {
  return new Service({
    host: 'gw01',
    description: 'broker fds',
    resource: 'nofile',
    thresholds: { warning: parseRange(50), critical: parseRange('80%') },
    ...changed,
  });
}

/** What a plugin would print. */
export const said = (result: ServiceResult | undefined): string => (result ? pluginOutput(result) : '');

/** A service with a clock that only the test moves, asked as an agent asks it: after each event, and at wakeAt. */
export class Driven {
  readonly service: Service;
  readonly results: ServiceResult[] = [];
  now = 0;

  constructor(service: Service) {
    this.service = service;
  }

  /** Something happens at this time, after all that is due before it. */
  at(time: number, happen: (service: Service, time: number) => void = () => undefined): this {
    this.until(time);
    happen(this.service, time);
    this.#ask();
    return this;
  }

  /** Process A has so many of 100 at this time, and is added if it is new. */
  has(time: number, value: number): this {
    return this.at(time, (service) => {
      service.add(A, of100(value), time);
    });
  }

  /** Lets the time go on. Each time that the service wants to be woken at must be worth it. */
  until(time: number): this {
    for (let at = this.service.wakeAt; at !== undefined && at <= time; at = this.service.wakeAt) {
      this.now = Math.max(at, this.now);
      expect(this.#ask()).toBeGreaterThan(0);
    }
    this.now = time;
    return this;
  }

  /** Lets the time go on until nothing is due any more. */
  toEnd(): this {
    for (let at = this.service.wakeAt; at !== undefined; at = this.service.wakeAt) this.until(at);
    return this;
  }

  /** The results since this was asked last, each as `WARNING 51 @1000`. */
  get told(): string[] {
    return this.results.splice(0).map(({ state, perfdata: [fds], time }) => {
      return `${state}${fds ? ` ${fds.value}` : ''} @${time}`;
    });
  }

  #ask(): number {
    const before = this.results.length;
    for (let result = this.service.result(this.now); result; result = this.service.result(this.now))
      this.results.push(result);
    return this.results.length - before;
  }
}
