import { describe, expect, it } from '@jest/globals';
import { parseRange, Service } from '../../../src/services/index.js';
import { levelAt } from '../../../src/services/level.js';
import { forAll, type Random } from '../random.js';
import { A, B, newService, of100 } from './driven.js';
import { randomDefinition, REPORTS } from './random-definition.js';

const NEVER = -Infinity;
/** Since then nobody is there who is not young. */
const NOBODY = -1;

describe('until when who just comes and goes is nothing to a service', () => {
  const told = (service: Service, now: number) => service.result(now)?.state;

  it('is not before it has said anything', () => {
    const service = newService({ absent: 'OK' });
    expect(service.calmUntil(NOBODY)).toBe(NEVER);
  });

  it('is for ever where it is as well without a process as with one', () => {
    const service = newService({ absent: 'OK' });
    service.result(0);
    expect(service.calmUntil(NOBODY)).toBe(Infinity);
  });

  it('is over where it is worse without a process, unless one is settled', () => {
    const service = newService();
    service.add(A, of100(1), 0);
    service.add(B, of100(2), 100);
    expect(told(service, 100)).toBe('OK');
    // The one that was told, and another that is worse now.
    service.remove(B.pid, 200);
    service.add({ pid: 3, name: 'c' }, of100(3), 300);
    expect(service.calmUntil(NOBODY)).toBe(NEVER);
    expect(service.calmUntil(0)).toBe(Infinity);
    service.remove(A.pid, 400);
    expect(service.calmUntil(0)).toBe(NEVER);
  });

  it('is over where it is better with a process, unless the pace puts that off', () => {
    const service = newService();
    expect(told(service, 0)).toBe('UNKNOWN');
    expect(service.calmUntil(NOBODY)).toBeLessThanOrEqual(0);
    for (let now = 1; now < 20; now++) {
      service.add(A, of100(1), now);
      service.result(now);
      service.remove(A.pid, now);
      service.result(now);
    }
    expect(told(service, 20)).toBeUndefined();
    const until = service.calmUntil(NOBODY);
    expect(until).toBeGreaterThan(900);
    service.add(A, of100(1), 21);
    expect(service.wakeAt).toBe(until);
  });

  it('is for ever while it is bad, since who has a level reached is told of', () => {
    const service = newService();
    service.add(A, of100(90), 0);
    expect(told(service, 0)).toBe('CRITICAL');
    expect(service.calmUntil(0)).toBe(Infinity);
  });

  it('is over as soon as the process that was told can execute another program', () => {
    const service = newService();
    service.add(A, of100(90), 0);
    service.result(0);
    expect(service.calmUntil(NOBODY)).toBeLessThanOrEqual(0);
  });

  it.each(['10:', '@0:10', '10:90%'])('is never with a threshold that %s is of little use', (warning) => {
    const service = newService({ absent: 'OK', thresholds: { warning: parseRange(warning) } });
    service.result(0);
    expect(service.calmUntil(NOBODY)).toBe(NEVER);
  });

  it('is true: until then nothing of that gives a result', () => {
    let calm = 0;
    forAll(3000, (random) => {
      if (new Story(random).goOn()) calm++;
    });
    expect(calm).toBeGreaterThan(0);
  });
});

/** A service to which anything has happened, and then only what a patient reader is not woken for. */
class Story {
  readonly #random: Random;
  readonly #service: Service;
  /** Those that are young. */
  readonly #members = new Map<number, { value: number; limit: number; since: number }>();
  #lastPid = 0;
  #now = 1000;

  constructor(random: Random) {
    this.#random = random;
    this.#service = new Service(randomDefinition(random, [undefined, ...REPORTS]));
    this.#ask();
    for (let count = random.int(0, 30); count > 0; count--) {
      this.#now += random.int(0, random.pick([2, 50, 2000]));
      this.#ask();
      this.#happen(random.int(0, 100));
      this.#ask();
    }
    // As heartbeats and details, which the pace counts, and which it does not put off.
    for (let count = random.pick([0, 0, 12]); count > 0; count--)
      this.#service.repeat(this.#now, 'heartbeat');
  }

  /** @returns whether there was anything to see */
  goOn(): boolean {
    const random = this.#random;
    const settledSince = this.#now - random.pick([0, 10, 1500]);
    const until = Math.min(this.#service.calmUntil(settledSince), this.#now + 3000);
    if (until <= this.#now) return false;
    // A result that is due by time alone is none of theirs.
    const due = () => (this.#service.wakeAt ?? Infinity) < until;
    if (due()) return false;
    for (let count = random.int(1, 20); count > 0 && this.#now < until; count--) {
      this.#happenCalmly(settledSince);
      expect(this.#service.result(this.#now)).toBeUndefined();
      expect(due()).toBe(false);
      this.#now += random.int(0, random.pick([2, 50, 500]));
    }
    return true;
  }

  #ask(): void {
    while (this.#service.result(this.#now)) continue;
  }

  #happen(value: number): void {
    const reading = { value, limit: this.#random.pick([100, 64, 0, Infinity]) };
    if (this.#random.pick([true, true, false]) || this.#members.size === 0) {
      this.#put(this.#random.int(1, 3), reading);
    } else {
      const pid = this.#anybody();
      this.#members.delete(pid);
      if (this.#random.pick([true, false])) this.#service.remove(pid, this.#now);
      else this.#service.leave(pid, this.#now);
    }
  }

  /** Of those that have reached no level and are young. */
  #happenCalmly(settledSince: number): void {
    const calm = [...this.#members].filter(
      ([, member]) => this.#isBelow(member) && member.since > settledSince,
    );
    const [pid, member] = calm[this.#random.int(0, Math.max(0, calm.length - 1))] ?? [];
    const what = this.#random.pick(['come', 'execute', 'end', 'leave']);
    if (pid === undefined || member === undefined || what === 'come') {
      const reading = { value: this.#random.int(0, 100), limit: this.#random.pick([100, 64, Infinity]) };
      if (this.#isBelow(reading)) this.#put(++this.#lastPid + 10, reading);
    } else if (what === 'execute') {
      this.#put(pid, { value: this.#random.int(0, member.value), limit: member.limit }, 'another');
    } else {
      this.#members.delete(pid);
      if (what === 'end') this.#service.remove(pid, this.#now);
      else this.#service.leave(pid, this.#now);
    }
  }

  #put(pid: number, reading: { value: number; limit: number }, name = 'p'): void {
    this.#members.set(pid, { since: this.#members.get(pid)?.since ?? this.#now, ...reading });
    this.#service.add({ pid, name }, reading, this.#now);
  }

  #anybody(): number {
    const pids = [...this.#members.keys()];
    return pids[this.#random.int(0, pids.length - 1)] ?? 0;
  }

  #isBelow({ value, limit }: { value: number; limit: number }): boolean {
    return this.#service.levels.every((level) => value < levelAt(level, limit));
  }
}
