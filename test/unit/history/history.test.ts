import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { History, historyFile, readHistory } from '../../../src/history/index.js';
import { decodeHistory, encodeHistory, LONGEST, MOST } from '../../../src/history/format.js';
import type { State } from '../../../src/services/index.js';
import { fdsResult } from '../../support/fds-result.js';
import { withoutDescriptors } from '../../support/few-descriptors.js';
import { untilSo } from '../../support/folder-changes.js';
import { SlowWrites } from '../../support/slow-writes.js';

const FDS = { description: 'fds', resource: 'nofile' } as const;

describe('the history', () => {
  let folder: string;
  let path: string;
  let warned: string[];
  let begun: History[];
  /** How far the time of day was set since the clock was made that nobody sets. */
  let set: number;

  beforeEach(() => {
    begun = [];
    set = 0;
    folder = mkdtempSync(join(tmpdir(), 'history-'));
    path = historyFile(folder);
    warned = [];
  });
  afterEach(async () => {
    jest.useRealTimers();
    // What saves later would make the folder anew.
    await Promise.all(begun.map((history) => history.stop()));
    rmSync(folder, { recursive: true });
  });

  const clock = { fromWall: (time: number) => time - set, toWall: (time: number) => time + set };
  const begin = (...services: { description: string; resource: 'nofile' | 'cpu' }[]) =>
    beginWith({}, ...services);
  const beginWith = (
    options: Partial<ConstructorParameters<typeof History>[2]>,
    ...services: { description: string; resource: 'nofile' | 'cpu' }[]
  ) => {
    const history = new History(path, services.length === 0 ? [FDS] : services, {
      warn: (message) => warned.push(message),
      clock,
      ...options,
    });
    begun.push(history);
    return history;
  };
  const change = (state: State, time: number, value?: number) => ({
    ...fdsResult('fds', state, { time }),
    ...(value !== undefined && {
      worst: {
        process: { pid: 7, name: 'broker' },
        reading: { value, limit: 100 },
        resource: 'nofile' as const,
      },
    }),
  });

  it('keeps what was a change, across a restart', async () => {
    const first = begin();
    first.add(change('OK', 1.4, 20));
    first.add({ ...change('OK', 2, 30), cause: 'heartbeat' });
    first.add(change('WARNING', 3, 51));
    first.add({ ...change('CRITICAL', 4), service: 'unknown' });
    await first.stop();
    const second = begin();
    // The same state again after a start is none.
    second.add(change('WARNING', 5, 60));
    second.add(change('UNKNOWN', 6));
    await second.stop();
    const process = { limit: 100, pid: 7, name: 'broker' };
    expect(readHistory(path)).toEqual([
      {
        ...FDS,
        crossings: [
          { time: 1, state: 'OK', value: 20, ...process },
          { time: 3, state: 'WARNING', value: 51, ...process },
          { time: 6, state: 'UNKNOWN' },
        ],
      },
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(warned).toEqual([]);
  });

  it('writes a second after a change, then each ten seconds at most, and nothing at rest', () => {
    jest.useFakeTimers();
    const history = begin();
    expect(jest.getTimerCount()).toBe(0);
    history.add(change('WARNING', 1, 51));
    history.add(change('CRITICAL', 2, 81));
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(999);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1);
    expect(jest.getTimerCount()).toBe(0);
    history.add(change('OK', 3, 20));
    jest.advanceTimersByTime(9_000);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1000);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('goes on from that of another agent when that has left it, with what came after it', async () => {
    const first = begin();
    const states = ['OK', 'WARNING', 'OK', 'WARNING'] as const;
    for (const [index, state] of states.entries()) first.add(change(state, 10 * index));
    await first.stop();
    let leave: (isOurs: boolean) => void = () => undefined;
    const isOurs = new Promise<boolean>((resolve) => (leave = resolve));
    const second = beginWith({ place: { isOurs } });
    // What the first one has seen as well, by a clock that differs a little, and two more.
    second.add(change('OK', 5));
    for (const [index, state] of states.entries()) second.add(change(state, 10 * index + 1));
    second.add(change('CRITICAL', 40));
    second.add(change('OK', 50));
    leave(true);
    await second.stop();
    expect(readHistory(path)[0]?.crossings.map(({ time, state }) => `${state} ${time}`)).toEqual([
      ...['OK 0', 'WARNING 11', 'OK 21', 'WARNING 31'],
      ...['CRITICAL 40', 'OK 50'],
    ]);
    expect(warned).toEqual([]);
  });

  it('is written once when it can be, however long that takes', async () => {
    jest.useFakeTimers();
    let leave: (isOurs: boolean) => void = () => undefined;
    const isOurs = new Promise<boolean>((resolve) => (leave = resolve));
    const writes: string[] = [];
    const history = beginWith({
      place: { isOurs, write: (_path, text) => Promise.resolve(writes.push(text) > 0) },
    });
    for (let time = 0; time < 100; time++) {
      history.add(change(time % 2 === 0 ? 'OK' : 'WARNING', time));
      jest.advanceTimersByTime(10_000);
    }
    jest.useRealTimers();
    leave(true);
    await history.stop();
    expect(writes).toHaveLength(1);
    expect(decodeHistory(writes[0] ?? '')?.services[0]?.crossings.at(-1)?.time).toBe(99);
  });

  it('is read as soon as a descriptor is free for it, and not written over before', async () => {
    const before = begin();
    before.add(change('OK', 1));
    await before.stop();
    const text = readFileSync(path, 'utf8');
    // The clocks are not the tests', since by them is known when the file was written.
    jest.useFakeTimers({ doNotFake: ['Date', 'hrtime'] });
    const history = await withoutDescriptors(() => begin());
    history.add(change('WARNING', 2));
    await jest.advanceTimersByTimeAsync(999);
    // Once more in vain.
    await withoutDescriptors(() => jest.advanceTimersByTimeAsync(1));
    expect(readFileSync(path, 'utf8')).toBe(text);
    await jest.advanceTimersByTimeAsync(1000);
    jest.useRealTimers();
    expect(history.last(9).map(({ state }) => state)).toEqual(['OK', 'WARNING']);
    await untilSo(folder, () => readHistory(path)[0]?.crossings.length === 2);
    expect(warned).toEqual([
      `${path} cannot be read for now (EMFILE): nothing is written there before it can be`,
    ]);
  });

  it('leaves no file where nothing happens', async () => {
    await begin().stop();
    expect(readdirSync(folder)).toEqual([]);
  });

  it(`keeps the last ${MOST} of a service`, async () => {
    const history = begin();
    for (let time = 1; time <= MOST + 5; time++) history.add(change(time % 2 ? 'OK' : 'WARNING', time, time));
    await history.stop();
    const [service] = readHistory(path);
    expect(service?.crossings.map(({ time }) => time)).toEqual(
      Array.from({ length: MOST }, (_, at) => at + 6),
    );
  });

  it('keeps in bytes those of all that came last, whose ever they are, and whatever the time was', () => {
    const end = 400 * MOST;
    const crossings = (from: number) =>
      Array.from({ length: MOST }, (_, at) => ({
        ...{ time: end - from - at, state: 'OK' as const },
        arrival: from + at - end,
      }));
    const services = Array.from({ length: 400 }, (_, at) => ({
      description: `service ${at}`,
      resource: 'nofile' as const,
      crossings: crossings(at * MOST),
    }));
    const text = encodeHistory({ services, firstOfBoot: 0 });
    expect(text.length).toBeLessThan(LONGEST + 400 * 70);
    const read = decodeHistory(text);
    expect(read?.services.at(-1)).toEqual(services.at(-1));
    expect(read?.services[0]).toEqual({ ...services[0], crossings: [] });
  });

  describe('of a gateway that starts in 1970', () => {
    const TRUE = 1.7e12;
    const SAVED = { boot: 'a', uptime: 40_000, time: 40_000 };
    const times = (of: readonly { readonly time: number }[] = []) => of.map(({ time }) => time);
    /** Of the boot before, whose clock was true. */
    const ofBefore = async () => {
      const history = begin();
      history.add(change('OK', TRUE - 2000));
      history.add(change('WARNING', TRUE - 1000));
      await history.stop();
    };
    const inAnotherBoot = () => {
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"boot":"[^"]*"/, '"boot":"another"'));
    };

    it('has the time as it was set, for who looks and in the file', async () => {
      const history = begin();
      history.add(change('OK', 30_000));
      expect(times(history.last(9))).toEqual([30_000]);
      set = TRUE;
      history.add(change('WARNING', TRUE + 50_000));
      expect(times(history.last(9))).toEqual([TRUE + 30_000, TRUE + 50_000]);
      await history.stop();
      expect(times(readHistory(path)[0]?.crossings)).toEqual([TRUE + 30_000, TRUE + 50_000]);
    });

    it('has it also where the file was written before that, and what was in the boot before is left as it is', async () => {
      await ofBefore();
      inAnotherBoot();
      const history = begin();
      history.add(change('CRITICAL', 30_000));
      await history.stop();
      const text = readFileSync(path, 'utf8').replace(
        /"saved":\{[^}]*\}/,
        `"saved":${JSON.stringify(SAVED)}`,
      );
      const [service] = decodeHistory(text, { boot: 'a', uptime: 60_000, time: TRUE })?.services ?? [];
      expect(times(service?.crossings)).toEqual([TRUE - 2000, TRUE - 1000, TRUE - 30_000]);
      // After a boot in which nobody has set the clock, nobody knows.
      const [other] = decodeHistory(text, { boot: 'b', uptime: 1000, time: TRUE })?.services ?? [];
      expect(times(other?.crossings)).toEqual([TRUE - 2000, TRUE - 1000, 30_000]);
    });

    it('has what came last as the last, also after a restart', async () => {
      await ofBefore();
      inAnotherBoot();
      const first = begin(FDS, { description: 'other', resource: 'nofile' });
      first.add({ ...change('OK', 20_000), service: 'other' });
      first.add(change('CRITICAL', 30_000));
      const last = () => first.last(2).map(({ service, state, time }) => [service, state, time]);
      expect(last()).toEqual([
        ['other', 'OK', 20_000],
        ['fds', 'CRITICAL', 30_000],
      ]);
      await first.stop();
      const second = begin(FDS, { description: 'other', resource: 'nofile' });
      expect(second.last(9).map(({ state }) => state)).toEqual(['OK', 'WARNING', 'OK', 'CRITICAL']);
      second.add(change('OK', 50_000));
      set = TRUE;
      expect(times(second.last(3))).toEqual([TRUE + 20_000, TRUE + 30_000, TRUE + 50_000]);
    });

    it('is in the order of its times in a file of an older version, but within a service', () => {
      const service = (description: string, ...of: number[]) => ({
        ...{ description, resource: 'nofile' },
        crossings: of.map((time) => ({ time, state: 'OK' })),
      });
      const services = [service('a', 10, 40, 3), service('b', 20), service('c')];
      writeFileSync(path, JSON.stringify({ version: 1, services }));
      expect(readHistory(path)).toEqual(services);
      const history = begin(
        { description: 'b', resource: 'nofile' },
        { description: 'a', resource: 'nofile' },
      );
      expect(times(history.last(9))).toEqual([10, 20, 40, 3]);
    });
  });

  it('forgets a service that is about something else now, and one that is gone', async () => {
    const history = begin(FDS, { description: 'other', resource: 'nofile' });
    history.add(change('OK', 1, 20));
    await history.stop();
    const next = begin({ description: 'fds', resource: 'cpu' });
    next.add(change('WARNING', 2));
    await next.stop();
    expect(readHistory(path)).toEqual([
      { description: 'fds', resource: 'cpu', crossings: [{ time: 2, state: 'WARNING' }] },
    ]);
  });

  it.each([
    ['no JSON', '{'],
    ['an empty file', ''],
    ['another version', '{"version":2,"services":[]}'],
    [
      'another state',
      '{"version":1,"services":[{"description":"a","resource":"nofile","crossings":[{"time":1,"state":"BAD"}]}]}',
    ],
    [
      'half a process',
      '{"version":1,"services":[{"description":"a","resource":"nofile","crossings":[{"time":1,"state":"OK","value":1}]}]}',
    ],
    [
      'another resource',
      '{"version":1,"services":[{"description":"a","resource":"toString","crossings":[]}]}',
    ],
  ])('begins anew, and says so once, after %s', async (_what, text) => {
    writeFileSync(path, text);
    expect(() => readHistory(path)).toThrow(
      `${path} is not a history that this version can read, or damaged; `,
    );
    const history = begin();
    expect(warned).toEqual([`${path} is not a history, or damaged: it begins anew; moved to ${path}.bad`]);
    history.add(change('OK', 1, 2));
    await history.stop();
    expect(readHistory(path)[0]?.crossings).toHaveLength(1);
    expect(readFileSync(`${path}.bad`, 'utf8')).toBe(text);
  });

  it('waits for no pipe in its place', async () => {
    execFileSync('mkfifo', [path]);
    const history = begin();
    history.add(change('OK', 1, 2));
    await history.stop();
    expect(warned).toHaveLength(1);
    expect(readHistory(path)).toHaveLength(1);
  });

  it('says once that it cannot be written, and ends all the same', async () => {
    mkdirSync(path);
    const history = begin();
    history.add(change('OK', 1, 2));
    await history.stop();
    expect(warned).toEqual([
      `${path} cannot be read (EISDIR): the history begins anew; check its owner and mode`,
      expect.stringMatching(
        /history\.json cannot be written \(E\w+\): the history is lost if the agent ends; /,
      ),
    ]);
    expect(existsSync(`${path}.tmp`)).toBe(false);
  });

  describe('that goes on where another was stopped', () => {
    const states = (history: History) => history.last(9).map(({ state }) => state);

    it('has what that had, though it could not be written, and writes it when there is room', async () => {
      mkdirSync(path);
      const first = begin(FDS, { description: 'gone', resource: 'nofile' });
      first.add(change('OK', 1, 2));
      first.add({ ...change('OK', 2), service: 'gone' });
      await first.stop();
      warned = [];
      const second = beginWith({ before: first }, { description: 'new', resource: 'nofile' }, FDS);
      second.add(change('WARNING', 3));
      await second.stop();
      const third = beginWith({ before: second });
      expect(states(third)).toEqual(['OK', 'WARNING']);
      expect(warned).toEqual([expect.stringContaining('cannot be written')]);
      expect(third.last(1)[0]?.arrival).toBe(2);
      rmdirSync(path);
      await third.stop();
      expect(readHistory(path)[0]?.crossings).toMatchObject([{ state: 'OK' }, { state: 'WARNING' }]);
      expect(warned).toHaveLength(1);
    });

    it('reads no file twice, and one that nobody has answered for when he has', async () => {
      const before = begin();
      before.add(change('OK', 1));
      await before.stop();
      let answer: (isOurs: boolean) => void = () => undefined;
      const place = (isOurs: Promise<boolean>) => ({
        ...{ isOurs, answers: () => Promise.resolve(true), write: () => Promise.resolve(false) },
      });
      const first = beginWith({ place: place(Promise.resolve(false)) });
      first.add(change('WARNING', 2));
      await first.stop();
      const isOurs = new Promise<boolean>((resolve) => (answer = resolve));
      const second = beginWith({ place: place(isOurs), before: first });
      second.add(change('CRITICAL', 3));
      expect(states(second)).toEqual(['WARNING', 'CRITICAL']);
      answer(true);
      await second.stop();
      expect(states(second)).toEqual(['OK', 'WARNING', 'CRITICAL']);
      const third = beginWith({ place: place(isOurs), before: second });
      await third.stop();
      expect(states(third)).toEqual(['OK', 'WARNING', 'CRITICAL']);
      expect(readHistory(path)[0]?.crossings).toHaveLength(3);
    });

    it('is not kept waiting by a file that nobody has answered for', async () => {
      jest.useFakeTimers();
      const place = {
        isOurs: new Promise<boolean>(() => undefined),
        answers: () => Promise.resolve(false),
        write: () => Promise.resolve(false),
      };
      const first = beginWith({ place });
      await first.stop();
      const second = beginWith({ place, before: first });
      second.add(change('OK', 1));
      // It would be written then.
      await jest.advanceTimersByTimeAsync(1000);
      second.add(change('WARNING', 2));
      await second.stop();
      const third = beginWith({ before: second });
      expect(states(third)).toEqual(['OK', 'WARNING']);
      jest.useRealTimers();
      await third.stop();
      expect(readHistory(path)[0]?.crossings).toHaveLength(2);
      expect(warned).toEqual([]);
    });

    it('writes nothing while one before it still does', async () => {
      jest.useFakeTimers();
      const place = new SlowWrites();
      const lasts = () =>
        place.underWay.map(({ text }) => decodeHistory(text)?.services[0]?.crossings.at(-1)?.time);
      const first = beginWith({ place });
      first.add(change('OK', 1));
      await jest.advanceTimersByTimeAsync(1000);
      // It would be written next.
      first.add(change('CRITICAL', 1.5));
      await jest.advanceTimersByTimeAsync(10_000);
      const stopped = first.stop();
      await jest.advanceTimersByTimeAsync(5000);
      await stopped;
      const second = beginWith({ place, before: first });
      second.add(change('WARNING', 2));
      await jest.advanceTimersByTimeAsync(1000);
      expect(lasts()).toEqual([1]);
      // What another has begun is not waited for once more.
      await second.stop();
      const third = beginWith({ place, before: second });
      third.add(change('OK', 3));
      await jest.advanceTimersByTimeAsync(1000);
      expect(lasts()).toEqual([1]);
      place.underWay[0]?.end();
      await jest.advanceTimersByTimeAsync(0);
      expect(lasts()).toEqual([3]);
      place.underWay[0]?.end();
      await third.stop();
    });

    describe('with a file of its own', () => {
      const FOLDERS = ['one', 'other'];
      let last: History;
      const goOnIn = async (name: string, ...services: { description: string; resource: 'nofile' }[]) => {
        await last.stop();
        path = historyFile(join(folder, name));
        last = beginWith({ before: last }, FDS, ...services);
      };
      const kept = () =>
        readHistory(path).flatMap(({ crossings }) => crossings.map(({ time, state }) => `${state} ${time}`));

      beforeEach(() => {
        path = historyFile(join(folder, 'one'));
        last = begin();
        last.add(change('OK', 1));
      });

      it('has what that had as well, and writes it there', async () => {
        await goOnIn('other');
        expect(states(last)).toEqual(['OK']);
        last.add(change('WARNING', 2));
        // So that who looks all the time knows that it is newer.
        expect(last.last(1)[0]?.arrival).toBe(1);
        await last.stop();
        expect(kept()).toEqual(['OK 1', 'WARNING 2']);
      });

      it('writes it there though nothing has happened since', async () => {
        await goOnIn('other');
        await last.stop();
        expect(kept()).toEqual(['OK 1']);
      });

      it('has it once where that file has a part of it already', async () => {
        for (const [index, state] of (['WARNING', 'CRITICAL', 'OK'] as const).entries()) {
          await goOnIn(FOLDERS[index % 2] ?? '');
          last.add(change(state, 2.4 + index));
        }
        await goOnIn('one');
        expect(states(last)).toEqual(['OK', 'WARNING', 'CRITICAL', 'OK']);
        await last.stop();
        expect(kept()).toEqual(['OK 1', 'WARNING 2', 'CRITICAL 3', 'OK 4']);
      });

      it('has of that file what was before all that is known, of each service', async () => {
        const other = { description: 'gone', resource: 'nofile' } as const;
        const early = new History(historyFile(join(folder, 'other')), [FDS, other], {
          ...{ warn: (message: string) => warned.push(message), clock },
        });
        early.add({ ...change('OK', -9), service: 'gone' });
        early.add(change('CRITICAL', -8));
        early.add(change('OK', -7));
        early.add(change('WARNING', 3));
        await early.stop();
        await goOnIn('other', other);
        last.add(change('WARNING', 9));
        // That it was OK has not begun with the later agent.
        expect(last.last(9).map(({ service, state, time }) => `${service} ${state} ${time}`)).toEqual([
          ...['gone OK -9', 'fds CRITICAL -8', 'fds OK -7', 'fds WARNING 9'],
        ]);
        expect(warned).toEqual([]);
      });

      it('knows of which boot is what', async () => {
        const ofBootBefore = encodeHistory(
          {
            firstOfBoot: 0,
            services: [{ ...FDS, crossings: [{ time: 5_000_000, state: 'CRITICAL', arrival: 0 }] }],
          },
          { boot: 'before', uptime: 1, time: 6_000_000 },
        );
        mkdirSync(join(folder, 'other'));
        writeFileSync(historyFile(join(folder, 'other')), ofBootBefore);
        await goOnIn('other');
        set = 100;
        const times = () => last.last(9).map(({ state, time }) => `${state} ${time}`);
        // Whatever the clock said then.
        expect(times()).toEqual(['CRITICAL 5000000', 'OK 101']);
        await goOnIn('third');
        set = 200;
        expect(times()).toEqual(['CRITICAL 5000000', 'OK 201']);
      });
    });
  });

  it('writes again what could not be written, ten seconds later', async () => {
    mkdirSync(path);
    let onWarn: (message: string) => void = () => undefined;
    const history = beginWith({
      warn: (message) => {
        onWarn(message);
      },
    });
    const told = new Promise((resolve) => (onWarn = resolve));
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    history.add(change('OK', 1, 2));
    jest.advanceTimersByTime(1000);
    await told;
    await nextTurn();
    rmdirSync(path);
    jest.advanceTimersByTime(9999);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1);
    await untilSo(folder, () => existsSync(path));
    expect(readHistory(path)[0]?.crossings).toHaveLength(1);
  });
});
