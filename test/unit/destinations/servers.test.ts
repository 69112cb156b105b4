/** One of several servers at a time: scripted, and in random stories. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Outbox } from '../../../src/delivery/index.js';
import type { Deliver, Examined, Outcome } from '../../../src/destinations/index.js';
import { deliverToOneOf, eachServer } from '../../../src/destinations/servers.js';
import type { ServiceResult } from '../../../src/services/index.js';
import { type Answer, FakeDestination, type FakeDelivery, result } from '../delivery/fake-destination.js';
import { forAllInTime, type Random } from '../random.js';

const never = new AbortController().signal;

/** What the outbox does: the next results go when those before are written, or settled. */
class Group {
  readonly servers: readonly FakeDestination[];
  readonly outcomes: (readonly Outcome[])[] = [];
  /** How often each was said to be written. */
  readonly written: number[] = [];
  /** Questions that are not answered yet. */
  readonly questions: ((answers: readonly Examined[]) => void)[] = [];
  /** In the order in which any server got them. */
  readonly handed: FakeDelivery[] = [];
  /** Numbers of results that are to be sent again, by time. */
  readonly lost: string[][] = [];
  uptime = 0;
  mayFollow = true;
  readonly deliver: Deliver;

  constructor(names: readonly [string, ...string[]] = ['mon1', 'mon2'], catchUp = false) {
    this.servers = names.map(() => new FakeDestination());
    const list = eachServer(names, (name) => {
      const server = this.server(names.indexOf(name));
      return {
        name,
        deliver: (...given) => {
          const outcomes = server.deliver(...given);
          this.handed.push(server.last);
          return outcomes;
        },
        examine: () => new Promise((resolve) => this.questions.push(resolve)),
      };
    });
    this.deliver = deliverToOneOf(list, { uptime: () => this.uptime, catchUp });
  }

  server(index: number): FakeDestination {
    const server = this.servers[index];
    if (!server) throw new Error('there is no such server');
    return server;
  }

  give(results: readonly ServiceResult[], signal = never): number {
    const call = this.written.push(0) - 1;
    this.mayFollow = false;
    const isLast = () => this.written.length - 1 === call;
    const onWritten = () => {
      this.written[call] = (this.written[call] ?? 0) + 1;
      if (isLast()) this.mayFollow = true;
    };
    const onLost = (lost: readonly ServiceResult[]) => this.lost.push(lost.map(({ text }) => text));
    void this.deliver(results, signal, onWritten, onLost).then((outcomes) => {
      this.outcomes[call] = outcomes;
      if (isLast()) this.mayFollow = true;
    });
    return call;
  }

  async answer(server: number, answer: Answer | readonly Answer[]): Promise<void> {
    this.server(server).last.answer(answer);
    await nextTurn();
  }

  /** Numbers of results, by server. */
  get got(): string[][][] {
    return this.servers.map(({ batches }) => batches);
  }
}

const ok: Examined = { status: 'ok', text: 'it is there' };
const no: Examined = { status: 'failed', text: 'it is not' };

describe('several servers of one destination', () => {
  let group: Group;

  beforeEach(() => {
    group = new Group();
  });

  const taken = (server: string, detour?: string) => ({
    status: 'delivered',
    server,
    ...(detour !== undefined && { detour }),
  });

  /** The first fails, and the second takes. */
  async function fallBack(): Promise<void> {
    const call = group.give([result(0)]);
    await group.answer(0, 'unreachable');
    await group.answer(1, 'delivered');
    expect(group.outcomes[call]).toEqual([taken('mon2', 'it is unreachable')]);
  }

  it('get results one at a time, the first as long as it takes them', async () => {
    group.give([result(1), result(2)]);
    await group.answer(0, 'delivered');
    group.give([result(3)]);
    await group.answer(0, ['refused']);
    expect(group.outcomes).toEqual([
      [taken('mon1'), taken('mon1')],
      [{ status: 'refused', by: 'server', reason: 'it is refused' }],
    ]);
    expect(group.got).toEqual([[['1', '2'], ['3']], []]);
  });

  it('get what has failed at another one, at once and in order, and nothing else', async () => {
    group.give([1, 2, 3, 4].map((number) => result(number, { service: String(number) })));
    await group.answer(0, ['delivered', 'refused', 'rejected', 'unreachable']);
    expect(group.got).toEqual([[['1', '2', '3', '4']], [['3', '4']]]);
    await group.answer(1, 'delivered');
    expect(group.outcomes[0]).toMatchObject([
      taken('mon1'),
      { status: 'refused' },
      taken('mon2', 'it is unreachable'),
      taken('mon2', 'it is unreachable'),
    ]);
  });

  it('all fail, each once, before a result has failed', async () => {
    group.give([result(1)]);
    await group.answer(0, 'rejected');
    expect(group.outcomes).toEqual([]);
    await group.answer(1, 'unreachable');
    const reason = 'mon1: it is rejected; mon2: it is unreachable';
    expect(group.outcomes[0]).toEqual([{ status: 'failed', failure: 'unreachable', reason }]);
    // The next try begins with the first.
    group.give([result(2)]);
    await group.answer(0, 'rejected');
    await group.answer(1, 'rejected');
    expect(group.outcomes[1]).toMatchObject([{ status: 'failed', failure: 'rejected' }]);
    expect(group.got).toEqual([
      [['1'], ['2']],
      [['1'], ['2']],
    ]);
  });

  it('get what was under way in the order in which it came', async () => {
    group.give([result(1)]);
    group.server(0).last.write();
    group.give([result(2)]);
    group.server(0).last.write();
    group.give([result(3)]);
    const [first, second, third] = group.server(0).deliveries;
    third?.answer('unreachable');
    first?.answer('unreachable');
    await nextTurn();
    // It may still take what it has.
    expect(group.got[1]).toEqual([]);
    second?.answer('unreachable');
    await nextTurn();
    expect(group.got[1]).toEqual([['1']]);
    group.server(1).last.write();
    expect(group.got[1]).toEqual([['1'], ['2']]);
    for (const delivery of group.server(1).deliveries) delivery.answer('delivered');
    await nextTurn();
    await group.answer(1, 'delivered');
    expect(group.outcomes.map(([outcome]) => outcome?.status)).toEqual([
      'delivered',
      'delivered',
      'delivered',
    ]);
    // Of the last it was never said; of the others once, though each was written twice.
    expect(group.written).toEqual([1, 1, 0]);
  });

  it('never get an older result of a service behind a newer one that another has taken', async () => {
    group.give([result(1), result(2, { service: 'other' })]);
    group.server(0).last.write();
    group.give([result(3)]);
    const [first, second] = group.server(0).deliveries;
    first?.answer('unreachable');
    second?.answer('delivered');
    await nextTurn();
    expect(group.got[1]).toEqual([['2']]);
    await group.answer(1, 'delivered');
    expect(group.outcomes[0]).toMatchObject([{ status: 'failed' }, { status: 'delivered' }]);
  });

  it('stay where they are when all that has failed was overtaken there', async () => {
    group.give([result(1), result(2, { service: 'other' }), result(3)]);
    await group.answer(0, ['unreachable', 'delivered', 'delivered']);
    expect(group.outcomes[0]).toMatchObject([{ status: 'failed' }, taken('mon1'), taken('mon1')]);
    group.give([result(4)]);
    const overtaken = group.server(0).last;
    overtaken.write();
    group.give([result(5)]);
    overtaken.answer('unreachable');
    await group.answer(0, 'delivered');
    group.give([result(6)]);
    await group.answer(0, 'delivered');
    expect(group.outcomes.slice(1)).toMatchObject([[{ status: 'failed' }], [taken('mon1')], [taken('mon1')]]);
    expect(group.got[1]).toEqual([]);
  });

  it('ask for the first beside the results, and go back to it when it has answered well', async () => {
    await fallBack();
    // At once it was not asked, nor is it before its time.
    group.uptime = 29_999;
    group.give([result(1)]);
    await group.answer(1, 'delivered');
    expect(group.questions).toEqual([]);
    group.uptime = 30_000;
    group.give([result(2)]);
    expect(group.questions).toHaveLength(1);
    // What comes meanwhile waits for nothing.
    await group.answer(1, 'delivered');
    group.give([result(3)]);
    expect(group.questions).toHaveLength(1);
    group.questions.pop()?.([ok]);
    await nextTurn();
    await group.answer(1, 'delivered');
    group.give([result(4)]);
    await group.answer(0, 'delivered');
    expect(group.got).toEqual([
      [['0'], ['4']],
      [['0'], ['1'], ['2'], ['3']],
    ]);
    expect(group.outcomes[4]).toEqual([taken('mon1')]);
  });

  it('ask ever less often, five minutes apart at most, until it takes a result', async () => {
    await fallBack();
    const asked: number[] = [];
    for (; group.uptime < 1_500_000; group.uptime += 10_000) {
      group.give([result(1)]);
      await group.answer(1, 'delivered');
      if (group.questions.length === 0) continue;
      asked.push(group.uptime / 1000);
      group.questions.pop()?.([ok, no]);
      await nextTurn();
    }
    expect(asked).toEqual([30, 90, 210, 450, 750, 1050, 1350]);
  });

  it('do not go back while something is under way, and fall back again at once', async () => {
    await fallBack();
    group.uptime = 30_000;
    group.give([result(1)]);
    group.questions.pop()?.([ok]);
    await nextTurn();
    const first = group.server(1).last;
    first.write();
    group.give([result(2)]);
    expect(group.got[1]?.at(-1)).toEqual(['2']);
    await group.answer(1, 'delivered');
    first.answer('delivered');
    await nextTurn();
    group.give([result(3)]);
    await group.answer(0, 'unreachable');
    await group.answer(1, 'delivered');
    expect(group.got[1]?.at(-1)).toEqual(['3']);
    // Its answer was worth nothing, so it is asked later than at first.
    group.uptime += 59_999;
    group.give([result(4)]);
    expect(group.questions).toEqual([]);
  });

  it.each([true, false])(
    'let the first catch up with the newest that others have taken, if they may not tell it: %p',
    async (catchUp) => {
      group = new Group(['mon1', 'mon2'], catchUp);
      group.give([result(1, { service: 'a' })]);
      await group.answer(0, 'unreachable');
      await group.answer(1, 'delivered');
      group.uptime += 30_000;
      group.give([result(2, { service: 'b' }), result(3, { service: 'b' }), result(4, { service: 'c' })]);
      await group.answer(1, ['delivered', 'delivered', 'delivered']);
      group.questions[0]?.([ok]);
      await nextTurn();
      group.give([result(5, { service: 'c' })]);
      expect(group.lost).toEqual([]);
      await group.answer(0, 'delivered');
      // The outbox knows something newer of the last, which has just come.
      expect(group.lost).toEqual(catchUp ? [['1', '3', '4']] : []);
      group.give([result(6, { service: 'a' })]);
      await group.answer(0, 'delivered');
      expect(group.lost).toHaveLength(catchUp ? 1 : 0);
    },
  );

  it('end with the agent', async () => {
    const stop = new AbortController();
    group.give([result(1)], stop.signal);
    stop.abort();
    await group.answer(0, 'unreachable');
    expect(group.outcomes[0]).toMatchObject([{ status: 'failed' }]);
    expect(group.got[1]).toEqual([]);
  });

  it('are all closed, and tell what one has lost since', async () => {
    const closed: string[] = [];
    const lost: unknown[] = [];
    const deliver = deliverToOneOf(
      eachServer(['mon1', 'mon2'], (name) => ({
        name,
        examine: () => Promise.resolve([ok]),
        deliver: Object.assign<Deliver, Pick<Deliver, 'close'>>(
          (results, _signal, _onWritten, onLost) => {
            onLost?.(results, `${name} was reloaded`);
            return Promise.resolve(results.map(() => ({ status: 'delivered' })));
          },
          {
            close: () => {
              closed.push(name);
              return Promise.resolve();
            },
          },
        ),
      })),
    );
    const results = [result(1)];
    await deliver(results, never, undefined, (...parameters) => lost.push(parameters));
    await deliver.close?.();
    expect({ closed, lost }).toEqual({ closed: ['mon1', 'mon2'], lost: [[results]] });
  });

  it('are the one server, if there is one only', () => {
    const deliver: Deliver = () => Promise.resolve([]);
    const examine = () => Promise.resolve([ok]);
    expect(deliverToOneOf([{ name: 'mon1', deliver, examine }])).toBe(deliver);
  });
});

const SERVICES = ['x', 'y', 'z'] as const;

/** Servers that come and go, and what each has read. */
class Story {
  readonly group: Group;
  readonly #settled = new Set<FakeDelivery>();
  /** What a server has taken or refused. */
  readonly #read = new Set<string>();
  #next = 0;

  constructor(
    protected readonly random: Random,
    catchUp = false,
  ) {
    this.group = new Group(random.pick([['a', 'b'] as const, ['a', 'b', 'c'] as const]), catchUp);
  }

  step(): void {
    const chance = this.random.int(0, 99);
    if (chance < 40) this.#give();
    else if (chance < 60) this.#unsettled().at(-1)?.write();
    else if (chance < 90) this.settle(['delivered', 'delivered', 'unreachable', 'rejected', 'refused']);
    else if (chance < 95) this.group.uptime += this.random.pick([1000, 30_000, 300_000]);
    else
      this.group.questions.splice(0).forEach((answer) => {
        answer([this.random.pick([ok, no])]);
      });
  }

  #give(): void {
    const results = Array.from({ length: this.random.int(0, 4) }, () =>
      result(this.#next++, { service: this.random.pick(SERVICES) }),
    );
    this.give(results);
  }

  protected give(results: readonly ServiceResult[]): void {
    if (this.group.mayFollow) this.group.give(results);
  }

  settle(possible: readonly [Answer, ...Answer[]], all = false): void {
    for (const delivery of this.#unsettled()) {
      if (!all && this.random.int(0, 1) === 0) continue;
      this.#settled.add(delivery);
      const one = this.random.pick(possible);
      const isMixed = this.random.int(0, 3) === 0;
      const answers = delivery.results.map(() => (isMixed ? this.random.pick(possible) : one));
      for (const [index, answer] of answers.entries())
        if (answer === 'delivered' || answer === 'refused')
          this.#read.add(`${this.group.handed.indexOf(delivery)} ${index}`);
      delivery.answer(answers);
    }
  }

  /** The numbers of one service that servers have read, in the order in which they got them. */
  read(service: string): number[] {
    return this.group.handed.flatMap(({ results }, delivery) =>
      results
        .filter((one, index) => one.service === service && this.#read.has(`${delivery} ${index}`))
        .map(({ text }) => Number(text)),
    );
  }

  /** How many servers have something under way. */
  get busy(): number {
    return this.group.servers.filter((server) => this.#unsettledOf(server).length > 0).length;
  }

  #unsettled(): FakeDelivery[] {
    return this.group.servers.flatMap((server) => this.#unsettledOf(server));
  }

  #unsettledOf({ deliveries }: FakeDestination): FakeDelivery[] {
    return deliveries.filter((delivery) => !this.#settled.has(delivery));
  }
}

it('one takes each result, in order, whatever fails, in many stories', async () => {
  await forAllInTime(500, async (random) => {
    const story = new Story(random);
    for (let step = 0; step < 60; step++) {
      story.step();
      await nextTurn();
      expect(story.busy).toBeLessThanOrEqual(1);
    }
    while (story.busy > 0) {
      story.settle(['delivered'], true);
      await nextTurn();
    }
    const { written, outcomes } = story.group;
    expect(outcomes.filter(Boolean)).toHaveLength(written.length);
    expect(written.filter((times) => times > 1)).toEqual([]);
    const fates = outcomes.flat();
    const numbers = SERVICES.map((service) => story.read(service));
    expect(numbers.flat()).toHaveLength(fates.filter(({ status }) => status !== 'failed').length);
    const wrong = numbers.flatMap((each) =>
      each.filter((number, index) => number <= (each[index - 1] ?? -1)),
    );
    expect(wrong).toEqual([]);
  });
});

/** The same behind an outbox, where a server may tell at any time that it has lost what it took. */
class ForgetfulStory extends Story {
  readonly outbox: Outbox;
  /** By service, what was pushed last. */
  readonly newest = new Map<string, number>();
  /** What the outbox knows to have arrived. */
  readonly #arrived: ServiceResult[] = [];

  constructor(random: Random) {
    super(random, random.int(0, 1) === 0);
    const deliver: Deliver = async (results, ...rest) => {
      const outcomes = await this.group.deliver(results, ...rest);
      this.#arrived.push(...results.filter((_, index) => outcomes[index]?.status === 'delivered'));
      return outcomes;
    };
    const destination = { name: 'servers', deliver };
    this.outbox = new Outbox({ destination, log: () => undefined, now: Date.now, random: () => 0.5 });
  }

  protected override give(results: readonly ServiceResult[]): void {
    for (const one of results) {
      this.newest.set(one.service, Number(one.text));
      this.outbox.push(one);
    }
  }

  lose(): void {
    const { handed } = this.group;
    const count = Math.min(this.#arrived.length, this.random.int(0, 3));
    const lost = Array.from(
      { length: count },
      () => this.#arrived[this.random.int(0, this.#arrived.length - 1)],
    );
    handed.at(-1)?.lose(lost.flatMap((one) => one ?? []));
  }
}

describe('behind an outbox', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('one has the newest at the end and none an older one after it, whatever they lose, in many stories', async () => {
    await forAllInTime(300, async (random) => {
      // Of a story before this one that failed.
      jest.clearAllTimers();
      const story = new ForgetfulStory(random);
      for (let step = 0; step < 60; step++) {
        if (random.int(0, 9) === 0) story.lose();
        else story.step();
        await jest.advanceTimersByTimeAsync(random.pick([0, 0, 1000, 600_000]));
        expect(story.busy).toBeLessThanOrEqual(1);
      }
      for (let round = 0; story.outbox.status().waiting > 0 || story.busy > 0; round++) {
        expect(round).toBeLessThan(20);
        story.settle(['delivered'], true);
        // The longest that a rejection makes it wait.
        await jest.advanceTimersByTimeAsync(40 * 60_000);
      }
      for (const [service, newest] of story.newest) {
        const numbers = story.read(service);
        // What was lost comes again.
        const wrong = numbers.filter((number, index) => number < (numbers[index - 1] ?? -1));
        expect({ service, last: numbers.at(-1), wrong }).toEqual({ service, last: newest, wrong: [] });
      }
    });
  });
});
