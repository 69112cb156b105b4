/** Whatever fails or is refused, each service's newest state gets an answer, once, and none is followed by an older one. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Outbox } from '../../../src/delivery/index.js';
import type { ServiceResult, State } from '../../../src/services/index.js';
import { forAllInTime, type Random } from '../random.js';
import { type Answer, FakeDestination, type FakeDelivery, result } from './fake-destination.js';
import { FakeStore } from './fake-store.js';

const SERVICES = ['a', 'b', 'c', 'd'] as const;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** An agent, and a server that reads what comes in the order in which it comes. */
class World {
  readonly store = new FakeStore();
  outbox: Outbox;
  /** By service, what was pushed last. */
  readonly newest = new Map<string, number>();
  /** One after each start. */
  readonly #destinations: FakeDestination[] = [];
  readonly #settled = new Set<FakeDelivery>();
  readonly #read = new Set<ServiceResult>();
  #next = 0;

  constructor(private readonly random: Random) {
    this.outbox = this.#start();
  }

  #start(before?: Outbox): Outbox {
    const destination = new FakeDestination();
    this.#destinations.push(destination);
    return new Outbox({ destination, before, log: () => undefined, now: Date.now }, this.store);
  }

  push(service: string = this.random.pick(SERVICES)): void {
    const number = this.#next++;
    this.newest.set(service, number);
    const state = this.random.pick<State>(['OK', 'WARNING', 'CRITICAL']);
    this.outbox.push(result(number, { service, state, worsened: state === 'CRITICAL' }));
  }

  /** As SIGKILL, and another start. What is under way may have arrived or not, and nobody is told. */
  crash(): void {
    jest.clearAllTimers();
    for (const delivery of this.#unsettled())
      if (this.random.int(0, 1) === 0) for (const one of delivery.results) this.#read.add(one);
    this.outbox = this.#start();
    for (const service of SERVICES) this.push(service);
  }

  /** Read again: what is under way may have arrived or not, and the disk may be full. */
  async reload(): Promise<void> {
    this.store.fails = this.random.int(0, 1) === 0;
    await this.outbox.stop();
    for (const delivery of this.#unsettled())
      if (this.random.int(0, 1) === 0) for (const one of delivery.results) this.#read.add(one);
    this.outbox = this.#start(this.outbox);
    await this.pass(this.random.pick([0, 1000]));
    this.store.fails = false;
  }

  write(): void {
    this.#destinations.at(-1)?.deliveries.at(-1)?.write();
  }

  /** Some of what is under way, in any order, or all of it. */
  settle(possible: readonly [Answer, ...Answer[]], all = false): void {
    for (const delivery of this.#unsettled()) {
      if (!all && this.random.int(0, 1) === 0) continue;
      const answers = this.#answersTo(delivery, possible);
      this.#settled.add(delivery);
      for (const [index, answer] of answers.entries()) {
        const result = delivery.results[index];
        if (result && answer !== 'unreachable' && answer !== 'rejected') this.#read.add(result);
      }
      delivery.answer(answers);
    }
  }

  /** The same for all, or each its own. */
  #answersTo({ results }: FakeDelivery, possible: readonly [Answer, ...Answer[]]): Answer[] {
    const one = this.random.pick(possible);
    const isMixed = this.random.int(0, 1) === 0;
    return results.map(() => (isMixed ? this.random.pick(possible) : one));
  }

  #unsettled(): FakeDelivery[] {
    return this.#destinations.at(-1)?.deliveries.filter((delivery) => !this.#settled.has(delivery)) ?? [];
  }

  /** The numbers that the server got of a service, in order, whether it took them or not. */
  arrived(service: string): number[] {
    return this.#destinations
      .flatMap(({ deliveries }) => deliveries)
      .flatMap(({ results }) => results)
      .filter((arrived) => this.#read.has(arrived))
      .filter((arrived) => arrived.service === service)
      .map(({ text }) => Number(text));
  }

  pass(milliseconds: number): Promise<unknown> {
    return jest.advanceTimersByTimeAsync(milliseconds);
  }

  /** The server is there again, and stays. */
  async recover(): Promise<void> {
    for (let round = 0; round < 20; round++) {
      this.settle(['delivered'], true);
      // The longest that a rejection makes it wait.
      await this.pass(round === 0 ? 40 * 60_000 : 0);
      this.write();
      await this.pass(0);
    }
  }

  async step(mayCrash: boolean): Promise<void> {
    const chance = this.random.int(0, 99);
    if (chance < 45) this.push();
    else if (chance < 65) this.write();
    else if (chance < 80)
      this.settle(['delivered', 'delivered', 'unreachable', 'rejected', 'refused', 'unsendable']);
    else if (chance < 97 || !mayCrash) await this.pass(this.random.pick([0, 1, 100, 1000, 30_000, 600_000]));
    else if (this.random.int(0, 1) === 0) this.crash();
    else await this.reload();
    if (this.random.int(0, 1) === 0) await this.pass(0);
  }
}

async function holds(random: Random, mayCrash: boolean): Promise<void> {
  // Of a story before this one that failed.
  jest.clearAllTimers();
  const world = new World(random);
  for (let step = 0; step < 150; step++) await world.step(mayCrash);
  await world.recover();
  for (const [service, newest] of world.newest) {
    const numbers = world.arrived(service);
    // What was under way at a restart may arrive twice, but not behind a newer one.
    const mayFollow = (number: number, before: number) => (mayCrash ? number >= before : number > before);
    const wrong = numbers.filter((number, index) => !mayFollow(number, numbers[index - 1] ?? -1));
    expect({ service, last: numbers.at(-1), wrong }).toEqual({ service, last: newest, wrong: [] });
  }
  expect(world.store.content).toEqual([]);
  expect(world.outbox.status()).toMatchObject({ waiting: 0 });
  expect(jest.getTimerCount()).toBe(0);
}

it.each([
  ['without a restart', false],
  ['with restarts', true],
])('%s, in many ways', async (_, mayCrash) => {
  await forAllInTime(500, (random) => holds(random, mayCrash));
});
