import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { RlimitEvents } from '../../src/rlimit-events/index.js';
import { NscaDaemon } from '../../test/support/nsca-daemon.js';
import { startAgent } from '../lib/agent.js';
import { startMonit, startPoller, type Poller } from '../lib/pollers.js';
import { atMost, type Effort, type Measurement, type Question } from '../lib/question.js';
import { openFilesOf } from '../lib/open-files.js';
import { StampingServer } from '../lib/stamping-server.js';
import { quantile } from '../lib/statistics.js';
import { Workshop } from '../lib/workshop.js';
import { sleep } from '../lib/sleep.js';

/** A service tells at most ten results a second, and keeps two of them for what may get worse. */
const PACE = 150;

/** How long the agent listens for a server that hangs up, in ms: NscaClientOptions.rejectionWindow. */
const LISTENING = 1500;

const FLOOR = 'the floor: node, told by a pipe, writes a packet';
const CONNECTING_FLOOR = 'the same, when it has to connect';

/** 3: how soon a crossing is known, and where. */
export const howSoon: Question = {
  name: 'how-soon',
  title: 'How soon a crossing is known',
  async answer({ quick, say }: Effort) {
    const crossings = quick ? 200 : 2000;
    const results = quick ? 20 : 1000;
    say(`${crossings} crossings to the callback`);
    const callback = await toCallback(crossings);
    say(`${results} crossings to the server, one every ${PACE} ms`);
    const written = await toServer(results, false);
    say(`${results / 10} crossings to the server, each when nobody is connected`);
    const isolated = await toServer(results / 10, true);
    say(`${results / 10} times as little as can be done with Node`);
    const floor = await leastToServer(results / 10, 'connected');
    const isolatedFloor = await leastToServer(results / 10, 'connecting');
    say(`${results / 2} crossings to the dump file of Debian's nsca`);
    const dumped = await toDumpFile(results / 2);
    const window = quick ? 6 : 60;
    say(`${quick ? 6 : 20} processes that cross within ${window} s, for pollers and monit`);
    const polled = await toPollers(quick ? 6 : 20, window, !quick);
    return {
      measurements: [
        { group: 'to the callback', name: 'median', unit: 'µs', values: callback, target: atMost(50, 'µs') },
        {
          group: 'to the callback',
          name: '99 of 100',
          unit: 'µs',
          values: [quantile(callback, 0.99)],
          target: atMost(1000, 'µs'),
        },
        ...(
          [
            ['to the last byte at the server', written, FLOOR],
            ['the same, when a connection has to be made', isolated, CONNECTING_FLOOR],
            [FLOOR, floor],
            [CONNECTING_FLOOR, isolatedFloor],
            ["to the line in nsca's dump file", dumped],
          ] as const
        ).map(([name, values, itsFloor]): Measurement => ({
          group: 'to the server, on loopback',
          name,
          unit: 'ms',
          values,
          ...(itsFloor !== undefined && { target: atMost(2, 'ms'), floor: itsFloor }),
        })),
        ...polled,
      ],
      notes: [],
    };
  },
};

/** µs from just before the system call to the callback. */
async function toCallback(count: number): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const callbacks: number[] = [];
    const descriptor = new RlimitEvents((event) => {
      if (event.type === 'level') callbacks.push(Number(process.hrtime.bigint()));
    });
    workshop.atEnd(() => {
      descriptor.close();
    });
    descriptor.watch(load.pid, {
      resource: 'nofile',
      levels: [{ kind: 'value', value: openFilesOf(load.pid) + 1 }],
    });
    await load.ask('cross 50 2000');
    callbacks.length = 0;
    const crossings = (await load.ask(`cross ${count} 2000`)).split(' ').map(Number);
    if (callbacks.length !== count) throw new Error(`${callbacks.length} events of ${count} crossings`);
    return crossings.map((time, i) => ((callbacks[i] ?? NaN) - time) / 1000);
  });
}

/** ms to the last byte of the result, each crossing made when the last one's result has arrived. */
async function toServer(count: number, whenQuiet: boolean): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const server = await StampingServer.start(workshop);
    startAgent(workshop, [{ name: 'fds', pid: load.pid, above: openFilesOf(load.pid) }], server);
    await server.until(1);
    const latencies: number[] = [];
    for (let i = 0; i < count; i++) {
      if (whenQuiet) await server.quiet();
      // Who has just taken leave of the server is at rest again.
      await sleep(PACE);
      const time = Number(await load.ask(i % 2 === 0 ? 'up' : 'down'));
      await server.until(i + 2);
      latencies.push(((server.arrivals[i + 1] ?? NaN) - time) / 1e6);
    }
    return latencies;
  });
}

/**
 * ms from a byte in a FIFO to the last byte of a packet from Node, which has nothing else to do. Its rest in between
 * is as long as the agent's: what a machine has to wake up for takes longer after a longer sleep.
 */
async function leastToServer(count: number, mode: 'connected' | 'connecting'): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const server = await StampingServer.start(workshop);
    const fifo = join(workshop.folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    await workshop.node('exchange', fifo, server.port, mode);
    const latencies: number[] = [];
    for (let i = 0; i < count; i++) {
      await sleep(mode === 'connecting' ? LISTENING + PACE : PACE);
      const time = Number(await load.ask(`tell ${fifo}`));
      await server.until(i + 1);
      latencies.push(((server.arrivals[i] ?? NaN) - time) / 1e6);
    }
    return latencies;
  });
}

/** ms to the line that nsca writes for Nagios. */
async function toDumpFile(count: number): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const daemon = await NscaDaemon.start({ method: 0, password: 'unused' });
    workshop.atEnd(() => daemon.stop());
    startAgent(workshop, [{ name: 'fds', pid: load.pid, above: openFilesOf(load.pid) }], daemon);
    await daemon.until(1);
    const latencies: number[] = [];
    for (let i = 0; i < count; i++) {
      await sleep(PACE);
      const time = Number(await load.ask(i % 2 === 0 ? 'up' : 'down'));
      await daemon.until(i + 2);
      latencies.push((Number(process.hrtime.bigint()) - time) / 1e6);
    }
    return latencies;
  });
}

/** ms until each of those who ask knows that a process is above, when it crosses at any time. */
async function toPollers(
  processes: number,
  windowSeconds: number,
  eachMinute: boolean,
): Promise<Measurement[]> {
  return Workshop.with(async (workshop) => {
    const loads = await Promise.all(Array.from({ length: processes }, () => workshop.load('crossings')));
    const pids = loads.map(({ pid }) => pid);
    const level = openFilesOf(pids[0] ?? 0) + 1;
    const pollers: Poller[] = [
      await startPoller(workshop, 1, level, pids),
      ...(eachMinute ? [await startPoller(workshop, 60, level, pids)] : []),
      startMonit(workshop, level, pids),
    ];
    const crossed = new Map<number, number>();
    await Promise.all(
      loads.map(async (load) => {
        const microseconds = Math.round(Math.random() * windowSeconds * 1e6);
        crossed.set(load.pid, Number(await load.ask(`up-after ${microseconds}`)));
      }),
    );
    await sleep((eachMinute ? 65 : 11) * 1000);
    return pollers.map((poller) => ({
      group: 'to who asks every so often',
      name: poller.name,
      unit: 'ms' as const,
      values: poller
        .notices()
        .filter(({ direction }) => direction === 'up')
        .map(({ pid, time }) => (time - (crossed.get(pid) ?? NaN)) / 1e6),
    }));
  });
}
