import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History, historyFile, readHistory } from '../../../src/history/index.js';
import { decodeHistory, encodeHistory, LONGEST, MOST } from '../../../src/history/format.js';
import type { State } from '../../../src/services/index.js';
import { fdsResult } from '../../support/fds-result.js';

const FDS = { description: 'fds', resource: 'nofile' } as const;

describe('the history', () => {
  let folder: string;
  let path: string;
  let warned: string[];
  let begun: History[];

  beforeEach(() => {
    begun = [];
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

  const begin = (...services: { description: string; resource: 'nofile' | 'cpu' }[]) => {
    const history = new History(path, services.length === 0 ? [FDS] : services, (message) =>
      warned.push(message),
    );
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
    const second = new History(path, [FDS], (message) => warned.push(message), {
      isOurs,
      wasAnothers: () => true,
    });
    // What the first one has seen as well, by a clock that differs a little, and two more.
    second.add(change('OK', 5));
    for (const [index, state] of states.entries()) second.add(change(state, 10 * index + 1));
    second.add(change('CRITICAL', 40));
    second.add(change('OK', 50));
    leave(true);
    await second.stop();
    expect(readHistory(path)[0]?.crossings.map(({ time, state }) => `${state} ${time}`)).toEqual([
      ...['OK 0', 'WARNING 10', 'OK 20', 'WARNING 30'],
      ...['CRITICAL 40', 'OK 50'],
    ]);
    expect(warned).toEqual([]);
  });

  it('is written once when it can be, however long that takes', async () => {
    jest.useFakeTimers();
    let leave: (isOurs: boolean) => void = () => undefined;
    const isOurs = new Promise<boolean>((resolve) => (leave = resolve));
    const writes: string[] = [];
    const history = new History(path, [FDS], (message) => warned.push(message), {
      isOurs,
      write: (_path, text) => Promise.resolve(writes.push(text) > 0),
    });
    for (let time = 0; time < 100; time++) {
      history.add(change(time % 2 === 0 ? 'OK' : 'WARNING', time));
      jest.advanceTimersByTime(10_000);
    }
    jest.useRealTimers();
    leave(true);
    await history.stop();
    expect(writes).toHaveLength(1);
    expect(decodeHistory(writes[0] ?? '')?.[0]?.crossings.at(-1)?.time).toBe(99);
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

  it('keeps in bytes the newest of all, whose ever they are', () => {
    const crossings = (from: number) =>
      Array.from({ length: MOST }, (_, at) => ({ time: from + at, state: 'OK' as const }));
    const services = Array.from({ length: 400 }, (_, at) => ({
      description: `service ${at}`,
      resource: 'nofile' as const,
      crossings: crossings(at * MOST),
    }));
    const text = encodeHistory(services);
    expect(text.length).toBeLessThan(LONGEST + 400 * 70);
    const read = decodeHistory(text);
    expect(read?.at(-1)?.crossings).toEqual(services.at(-1)?.crossings);
    expect(read?.[0]).toEqual({ ...services[0], crossings: [] });
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
});
