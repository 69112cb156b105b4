import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { prepareAgent, type Agent } from '../../../src/agent/index.js';
import { parseConfig } from '../../../src/config/index.js';
import { FakeKernel } from './fake-kernel.js';
import { RecordingDestination } from './recording-destination.js';

let agents: Agent[] = [];

// No time passes but what a test lets pass, so that a rush is one on a machine that stands still as well.
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  agents = [];
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** An agent with one service of all that are called so. */
function start(keys: object, ...matched: readonly number[]) {
  const kernel = new FakeKernel(...matched.map((pid) => ({ pid, value: 3 })));
  kernel.matched = matched;
  const destination = new RecordingDestination();
  const service = { service: 'comers', process: { command: 'true' }, resource: 'nofile', warning: 50 };
  const config = parseConfig(
    JSON.stringify({ host: 'gw01', services: [{ ...service, ...keys }] }),
    '/nonexistent/file',
    { destinations: 'optional', hostName: () => 'gw01' },
  );
  const log = () => undefined;
  const agent = prepareAgent({ config, destinations: [destination], log, dryRun: true }, kernel).start();
  agents.push(agent);
  return { agent, destination, descriptor: kernel.descriptor };
}

type Started = ReturnType<typeof start>;

/** The clocks go on and no timer comes, as on a machine that stands still: then those come that were to come meanwhile. */
async function standStill(milliseconds: number): Promise<void> {
  for (const clock of [Date, performance]) {
    const now = clock.now.bind(clock);
    jest.spyOn(clock, 'now').mockImplementation(() => now() + milliseconds);
  }
  await jest.advanceTimersByTimeAsync(milliseconds);
}

/** So many processes, one after the other, are there for a millisecond. */
async function rush({ descriptor }: Started, count: number): Promise<void> {
  for (let pid = 1000; pid < 1000 + count; pid++) {
    descriptor.comes(pid);
    await jest.advanceTimersByTimeAsync(1);
    descriptor.goes(pid);
    await jest.advanceTimersByTimeAsync(1);
  }
}

const processesOf = ({ agent }: Started) => agent.status().services[0]?.processes;
const states = ({ destination }: Started) => destination.results.map(({ state }) => state);

describe('an agent to whose service processes come and go all the time', () => {
  it('is woken for the first ones, and has all of them in its status', async () => {
    const started = start({ absent: 'ok' });
    const { descriptor } = started;
    await rush(started, 100);
    const before = descriptor.wakeups;
    await rush(started, 100);
    expect(descriptor.wakeups - before).toBeLessThan(20);
    for (const pid of [1, 2, 3]) descriptor.comes(pid);
    expect(descriptor.isPatient).toBe(true);
    expect(processesOf(started)).toBe(3);
  });

  it('comes by itself for them, and is woken for each again when that is over', async () => {
    const started = start({ absent: 'ok' });
    await rush(started, 100);
    const { descriptor } = started;
    await jest.advanceTimersByTimeAsync(500);
    expect(descriptor.isPatient).toBe(false);
    const before = descriptor.wakeups;
    descriptor.comes(1);
    expect(descriptor.wakeups).toBe(before + 1);
  });

  it('tells a level at once', async () => {
    const started = start({ absent: 'ok' });
    await rush(started, 100);
    const { descriptor, destination } = started;
    descriptor.comes(1);
    descriptor.becomes(1, 51);
    await destination.outputs(2);
    expect(states(started)).toEqual(['OK', 'WARNING']);
  });

  it('is woken for each while a state depends on a process that is young', async () => {
    const started = start({}, 1);
    await started.destination.outputs(1);
    await rush(started, 100);
    const { descriptor, destination } = started;
    expect(descriptor.wakeups).toBe(200);
    descriptor.goes(1);
    await destination.outputs(2);
    expect(states(started)).toEqual(['OK', 'UNKNOWN']);
  });

  it('is not woken for each when that one is not young any more', async () => {
    const started = start({}, 1);
    await jest.advanceTimersByTimeAsync(1600);
    await rush(started, 100);
    expect(states(started)).toEqual(['OK']);
  });

  it('tells of each until the pace puts it off, and then what is so when it may', async () => {
    const started = start({});
    const { descriptor } = started;
    await rush(started, 100);
    const told = states(started);
    expect(told.slice(0, 4)).toEqual(['UNKNOWN', 'OK', 'UNKNOWN', 'OK']);
    expect(told.at(-1)).toBe('UNKNOWN');
    // One was there, and is not, and all of that is read only when the pace would allow to tell it.
    descriptor.comes(1);
    descriptor.goes(1);
    await standStill(1200);
    expect(states(started)).toEqual(told);
    descriptor.comes(1);
    await nextTurn();
    expect(states(started)).toEqual([...told, 'OK']);
  });
});
