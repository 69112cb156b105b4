import { openFilesOf } from '../lib/open-files.js';
import { startMonit, startPoller, type Poller } from '../lib/pollers.js';
import type { Measurement } from '../lib/question.js';
import { sleep } from '../lib/sleep.js';
import { Workshop } from '../lib/workshop.js';

/** ms until each of those who ask knows that a process is above, when it crosses at any time. */
export async function toPollers(
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
