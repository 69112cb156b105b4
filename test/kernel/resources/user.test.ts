import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { release } from 'node:os';
import { RESOURCES, type Resource } from '../../../src/resources/index.js';
import type { Level } from '../../../src/rlimit-events/index.js';
import { CWorker } from '../../support/c-worker.js';
import type { Bits } from '../../support/compiled.js';
import { Recorder } from '../../support/recorder.js';
import { looksOncePerSystemCall, operations, seconds } from '../../support/where.js';

jest.setTimeout(seconds(60));

/** Until 5.13 users are counted otherwise. */
const countsByUcounts = !/^5\.(?:10|11|12|13)\./.test(release());

/** Users that nobody else here is. */
let uid = 60_000 + (process.pid % 4000);

interface Kind {
  readonly resource: Resource;
  /** The place of its number in a worker's answer. */
  readonly place: number;
  readonly unit: number;
  /** What adds, and what takes away as many. */
  readonly more: readonly string[];
  readonly less: Readonly<Record<string, readonly string[]>>;
  /** What comes and goes by itself. */
  readonly spikes: readonly string[];
}

const QUEUE = 4 * (100 + 2 * 48);

const kinds: readonly Kind[] = [
  {
    resource: 'nproc',
    place: 0,
    unit: 1,
    more: ['fork', 'threads'],
    less: { fork: ['reap'], threads: ['join'] },
    spikes: ['spare'],
  },
  {
    resource: 'sigpending',
    place: 1,
    unit: 1,
    more: ['queue', 'timers'],
    less: { queue: ['take', 'read'], timers: ['disarm'] },
    spikes: ['handle'],
  },
  {
    resource: 'msgqueue',
    place: 2,
    unit: QUEUE,
    more: ['open'],
    less: { open: ['close'] },
    spikes: ['leave'],
  },
];

describe.each(kinds)('$resource', ({ resource, place, unit, more, less, spikes }) => {
  let recorder: Recorder;
  let workers: [CWorker, CWorker];

  beforeEach(async () => {
    uid += 1;
    recorder = new Recorder({ resources: [resource, 'nofile'] });
    const start = () => CWorker.start('user', { parameters: [uid] });
    workers = [await start(), await start()];
  });

  afterEach(async () => {
    recorder.descriptor.close();
    for (const worker of workers) await worker.end();
  });

  /** What its doings count, by its own account. */
  const ask = async (worker: CWorker, command: string) =>
    Number((await worker.ask(command)).split(' ')[place]);

  const lastOf = (pid: number) => recorder.of('step').findLast((event) => event.pid === pid)?.value;

  it('is what all processes of the user have, watched or not, and each crossing is told once', async () => {
    const [watched, other] = workers;
    const { pid } = watched;
    const step = unit;
    const start = recorder.descriptor.watch(pid, { resource, levels: [], step: 2 ** 40 }).value;
    // Two processes, and nothing besides.
    expect(start).toBe(resource === 'nproc' ? 2 : 0);
    const levels = [1, 3, 4].map((units): Level => ({ kind: 'value', value: start + units * unit }));
    recorder.descriptor.watch(pid, { resource, levels, step, inherit: false });

    const counts = new Map<string, number>();
    const expected: string[] = [];
    let value = start;
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 0x7fff_ffff;
      return seed % below;
    };
    const pick = <T>(of: readonly T[]): T => of[random(of.length)] as T;
    for (let i = 0; i < operations(300, 60); i++) {
      const worker = pick([0, 1]);
      const what = pick(more);
      const key = `${worker} ${what}`;
      const had = counts.get(key) ?? 0;
      const isMore = had === 0 || (had < 6 && random(2) === 0);
      const by = what === 'threads' ? 1 : isMore ? 1 + random(3) : 1 + random(had);
      await ask(worker === 0 ? watched : other, `${isMore ? what : pick(less[what] ?? [])} ${by}`);
      counts.set(key, had + (isMore ? by : -by));
      for (let j = 0; j < by; j++) {
        const next = value + (isMore ? unit : -unit);
        for (const level of levels) {
          const at = level.kind === 'value' ? level.value : NaN;
          if (value < at && next >= at) expected.push(`up ${at} ${next}`);
          if (value >= at && next < at) expected.push(`down ${at} ${next}`);
        }
        value = next;
        // A thread is counted for a while after it has been joined.
        if (what === 'threads') await recorder.until(() => lastOf(pid) === value);
      }
    }
    await recorder.until(() => lastOf(pid) === value);
    expect(recorder.crossings(pid)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(operations(20, 10));
    expect(recorder.descriptor.report().find((each) => each.pid === pid)?.value).toBe(value);
  });

  it.each(spikes)('comes and goes: %s', async (spike) => {
    const [watched, other] = workers;
    const { pid } = watched;
    const { value } = recorder.descriptor.watch(pid, {
      resource,
      levels: [],
      step: unit,
      inherit: false,
    });
    for (const worker of [watched, other]) await ask(worker, `${spike} 3`);
    // The last ones go when the kernel has time for it.
    await recorder.until(() => recorder.of('step').at(-1)?.value === value);
    const told = recorder.of('step').map((event) => event.direction);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told.at(0)).toBe('up');
  });

  it('has shares of the soft limit, which follow the limit', async () => {
    const [watched, other] = workers;
    const { pid } = watched;
    // By itself: another user's is changed by who has CAP_SYS_RESOURCE only.
    const limit = (units: number) => watched.ask(`limit ${RESOURCES[resource].number} ${units * unit}`);
    await limit(40);
    recorder.descriptor.watch(pid, { resource, levels: [{ kind: 'share', percent: 50, above: false }] });
    const value = await ask(other, `${more[0] ?? ''} 6`);
    await limit(8);
    await recorder.until(() => recorder.of('level').length === 1);
    await limit(100);
    await recorder.until(() => recorder.of('level').length === 2);
    expect(value).toBeLessThanOrEqual(7 * unit);
    expect(
      recorder.events.map((event) => {
        if (event.type === 'level') return `${event.direction} ${event.level / unit}`;
        return event.type === 'limit-changed'
          ? `limit ${event.oldLimit / unit} to ${event.limit / unit}`
          : event.type;
      }),
    ).toEqual(['limit 40 to 8', 'up 4', 'limit 8 to 100', 'down 50']);
  });

  it('is also what is counted in user namespaces that the user has made', async () => {
    const [watched, other] = workers;
    const { pid } = watched;
    const { value } = recorder.descriptor.watch(pid, { resource, levels: [], step: 2 ** 40 });
    const at = value + 2 * unit;
    recorder.descriptor.watch(pid, { resource, levels: [{ kind: 'value', value: at }], inherit: false });
    // Whose users nobody watches.
    await ask(other, 'nest 3');
    const [what = ''] = more;
    const [undone = ''] = less[what] ?? [];
    for (const told of [1, 3]) {
      await ask(other, `${what} 3`);
      await recorder.until(() => recorder.of('level').length === told);
      await ask(other, `${undone} 3`);
      await recorder.until(() => recorder.of('level').length === told + 1);
    }
    expect(recorder.crossings(pid)).toEqual(
      [0, 1].flatMap(() => [`up ${at} ${at}`, `down ${at} ${at - unit}`]),
    );
  });

  it('is that of the user that the process has become, and of him from then on', async () => {
    const [, other] = workers;
    const [what = ''] = more;
    const changing = await CWorker.start('user', { parameters: [0] });
    try {
      const { pid } = changing;
      await ask(other, `${what} 2`);
      const set = { resource, levels: [], step: unit, inherit: false };
      const { value: before } = recorder.descriptor.watch(pid, set);
      await changing.ask(`become ${uid}`);
      const value = (resource === 'nproc' ? 5 : 2) * unit;
      // The user that it had before may have just as many, of which no step leads to these.
      await recorder.until(() => (lastOf(pid) ?? before) === value);
      await ask(other, `${what} 1`);
      await recorder.until(() => lastOf(pid) === value + unit);
    } finally {
      await changing.end();
    }
  });

  // Elsewhere nothing tells for whom a signal was counted.
  (resource === 'sigpending' && !looksOncePerSystemCall() && countsByUcounts ? it : it.skip)(
    'is less when a process takes what it got as that user and has as another',
    async () => {
      const [{ pid }] = workers;
      const leaving = await CWorker.start('user', { parameters: [0] });
      try {
        const set = { resource, levels: [], step: unit, inherit: false };
        const { value } = recorder.descriptor.watch(pid, set);
        for (const take of less[more[0] ?? ''] ?? []) {
          await leaving.ask(`real ${uid}`);
          await leaving.ask('queue 1');
          await recorder.until(() => lastOf(pid) === value + 1);
          await leaving.ask(`real ${uid * 1000}`);
          await leaving.ask(`${take} 1`);
          await recorder.until(() => lastOf(pid) === value);
        }
      } finally {
        await leaving.end();
      }
    },
  );

  it('is told of a user however many others there were before', async () => {
    const [watched, other] = workers;
    const set = { resource, levels: [], step: 2 ** 40, inherit: false };
    const roaming = await CWorker.start('user', { parameters: [0] });
    try {
      recorder.descriptor.watch(roaming.pid, set);
      for (let i = 0; i < 300; i++) {
        await roaming.ask(`real ${uid * 1000 + i}`);
        // Its signal keeps the kernel from having the next user where this one was.
        await roaming.ask('queue 1');
      }
      const { value } = recorder.descriptor.watch(watched.pid, set);
      recorder.descriptor.watch(watched.pid, {
        ...set,
        levels: [{ kind: 'value', value: value + unit }],
      });
      await ask(other, `${more[0] ?? ''} 1`);
      await recorder.until(() => recorder.of('level').length === 1);
      expect(recorder.losses).toEqual([]);
    } finally {
      await roaming.end();
    }
  });

  it('is inherited, and told for each process that has the user', async () => {
    const [watched, other] = workers;
    const { value } = recorder.descriptor.watch(watched.pid, {
      resource,
      levels: [{ kind: 'value', value: unit * 1_000_000 }],
    });
    const at = value + 2 * unit;
    recorder.descriptor.watch(watched.pid, { resource, levels: [{ kind: 'value', value: at }] });
    recorder.descriptor.watch(other.pid, { resource, levels: [{ kind: 'value', value: at }] });
    const [what = ''] = more;
    await ask(watched, `${what} 2`);
    await recorder.until(() => recorder.of('level').length >= 2);
    expect(
      recorder
        .of('level')
        .filter(({ pid }) => pid === watched.pid || pid === other.pid)
        .map(({ pid, direction, level }) => `${pid} ${direction} ${level}`)
        .sort(),
    ).toEqual([`${other.pid} up ${at}`, `${watched.pid} up ${at}`].sort());
  });
});

describe('nproc alone', () => {
  let recorder: Recorder;
  let workers: CWorker[];

  beforeEach(() => {
    uid += 1;
    recorder = new Recorder({ resources: ['nproc', 'nofile'] });
    workers = [];
  });

  afterEach(async () => {
    recorder.descriptor.close();
    for (const worker of workers) await worker.end();
  });

  const start = async (of: number, bits?: Bits) => {
    const worker = await CWorker.start('user', { parameters: [of], ...(bits !== undefined && { bits }) });
    workers.push(worker);
    return worker;
  };

  const watch = (pid: number) =>
    recorder.descriptor.watch(pid, { resource: 'nproc', levels: [], step: 1, inherit: false }).value;

  const lastOf = (pid: number) => recorder.of('step').findLast((event) => event.pid === pid)?.value;

  it('is what there is after forks that fail', async () => {
    const [{ pid }, failing, other] = [await start(uid), await start(uid), await start(uid)];
    const value = watch(pid);
    for (let round = 0; round < operations(10, 3); round++) {
      await other.ask('fork 1');
      // Whoever looks at the end of the one may see a child of the other that will not be.
      await Promise.all([failing.ask(`fail ${operations(2000, 300)}`), other.ask('reap 1')]);
      await recorder.upToDate();
      expect(lastOf(pid)).toBe(value);
    }
  });

  it("has the threads that io_uring's work is handed to, as they begin", async () => {
    const { pid } = await start(uid);
    const uring = await CWorker.start('uring', { parameters: [uid] });
    workers.push(uring);
    const value = watch(pid);
    expect(await uring.askNumber('hang 20')).toBeGreaterThan(20);
    await recorder.until(() => (lastOf(pid) ?? 0) >= value + 20);
    // One after the other, and not when something else was looked at for.
    const told = recorder.of('step').map((event) => event.value);
    expect(told).toEqual(expect.arrayContaining(Array.from({ length: 20 }, (_, i) => value + 1 + i)));
  });

  it.each<[string, Bits, (stranger: CWorker) => string]>([
    ['becomes another', 64, () => `real ${uid * 1000}`],
    ['becomes another, by a 32-bit program', 32, () => `real ${uid * 1000}`],
    ['goes into a user namespace of its own', 64, () => 'nest 1'],
    ["goes into another's user namespace", 64, (stranger) => `enter ${stranger.pid}`],
    ["goes into another's user namespace, by a 32-bit program", 32, (stranger) => `enter ${stranger.pid}`],
  ])('is less when a process of the user %s', async (_how, bits, command) => {
    const { pid } = await start(uid);
    const stranger = await start(uid * 1000 + 1);
    await stranger.ask('nest 1');
    const leaving = await start(0, bits);
    const value = watch(pid);
    await leaving.ask(`real ${uid}`);
    await recorder.until(() => lastOf(pid) === value + 1);
    await leaving.ask(command(stranger));
    await recorder.until(() => lastOf(pid) === value);
  });
});
