import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askStatus, livePath, serveLive, serveStatus, type LiveStatus } from '../../../src/control/index.js';
import { StatusSocket } from '../../../src/daemon/status-socket.js';

/** Of whom a status is. */
const statusOf = (pid: number): LiveStatus => ({
  ...{ version: '1', pid, since: 0, attach: 'fentry', missedLooks: 0, lost: {}, host: 'gw01' },
  ...{ services: [], destinations: [], crossings: [] },
});

describe('a status socket', () => {
  let folder: string;
  let path: string;
  let logged: string[];
  let lines: EventEmitter;
  let sockets: StatusSocket[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'status-'));
    path = join(folder, 'status.sock');
    logged = [];
    lines = new EventEmitter();
    sockets = [];
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date'] });
  });

  afterEach(async () => {
    jest.useRealTimers();
    for (const socket of sockets) await socket.close();
    rmSync(folder, { recursive: true });
  });

  const socketOf = (pid: number, isTrial = false) => {
    const socket = new StatusSocket({
      log: (level, message) => {
        logged.push(`${level}: ${message}`);
        lines.emit('line');
      },
      status: () => statusOf(pid),
      live: () => statusOf(pid),
      isTrial,
    });
    sockets.push(socket);
    return socket;
  };
  const refused = () =>
    `warning: another agent answers at ${path}: stop it, or give each a status socket of its own`;

  /** The second of two, when the first has ended. */
  const secondAfterFirst = async (isTrial: boolean) => {
    const [first, second] = [socketOf(1), socketOf(2, isTrial)];
    await first.serveAt(path);
    await second.serveAt(path);
    second.changed();
    await first.close();
    return second;
  };

  it('that another agent has is made with a change after its end, and tells that', async () => {
    const first = socketOf(1);
    await first.serveAt(path);
    const second = socketOf(2);
    await second.serveAt(path);
    expect(logged).toEqual([refused()]);
    await first.close();
    // It does not wake by itself.
    expect(jest.getTimerCount()).toBe(0);
    for (let count = 0; count < 3; count++) second.changed();
    expect(jest.getTimerCount()).toBe(1);
    const told = once(lines, 'line');
    jest.advanceTimersByTime(1000);
    await told;
    expect(logged).toEqual([refused(), `notice: the status is told at ${path} now`]);
    expect(await askStatus(path)).toMatchObject({ pid: 2 });
    second.changed();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is made as far as it can be, and the rest of it later', async () => {
    const live = await serveLive(livePath(path), () => undefined);
    const socket = socketOf(2);
    await socket.serveAt(path);
    expect(await askStatus(path)).toMatchObject({ pid: 2 });
    await live.close();
    socket.changed();
    const told = once(lines, 'line');
    jest.advanceTimersByTime(1000);
    await told;
    expect(logged).toHaveLength(2);
  });

  it('is made at once where it is asked for again, as by a reload', async () => {
    const second = await secondAfterFirst(false);
    await second.serveAt(path);
    expect(await askStatus(path)).toMatchObject({ pid: 2 });
    // What was to be tried again is there.
    jest.advanceTimersByTime(1000);
    for (let count = 0; count < 3; count++) await askStatus(path);
    expect(logged).toEqual([refused(), `notice: the status is told at ${path} now`]);
  });

  it('is left to the agent that is at work where it is only for a trial', async () => {
    await secondAfterFirst(true);
    expect(jest.getTimerCount()).toBe(0);
    await (await serveStatus(path, () => statusOf(3))).close();
    expect(logged).toEqual([refused()]);
  });
});
