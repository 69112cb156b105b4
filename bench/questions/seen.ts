import { RlimitEvents } from '../../src/rlimit-events/index.js';
import { openFilesOf } from '../lib/open-files.js';
import { startMonit, startPoller, type Poller } from '../lib/pollers.js';
import type { Effort, Measurement, Question } from '../lib/question.js';
import { Workshop } from '../lib/workshop.js';

const PROCESSES = 16;
/** µs; all orders of magnitude alike. */
const SHORTEST = 50;
const LONGEST = 100_000;
/** µs between two spikes, on average. */
const GAP = 100_000;

/** 4: how many of the spikes over a level are seen. */
export const seen: Question = {
  name: 'seen',
  title: 'How many of 10,000 spikes of 50 µs to 100 ms are seen',
  async answer({ quick, say }: Effort) {
    const each = quick ? 62 : 625;
    say(`${PROCESSES} processes make ${each} spikes each`);
    return Workshop.with(async (workshop) => {
      const loads = await Promise.all(Array.from({ length: PROCESSES }, () => workshop.load('crossings')));
      const pids = loads.map(({ pid }) => pid);
      const ups = new Map(pids.map((pid) => [pid, 0]));
      const downs = new Map(pids.map((pid) => [pid, 0]));
      let lost = 0;
      const descriptor = new RlimitEvents((event) => {
        if (event.type === 'lost') lost += event.count;
        if (event.type !== 'level') return;
        const counts = event.direction === 'up' ? ups : downs;
        counts.set(event.pid, (counts.get(event.pid) ?? 0) + 1);
      });
      workshop.atEnd(() => {
        descriptor.close();
      });
      const level = openFilesOf(pids[0] ?? 0) + 1;
      for (const pid of pids)
        descriptor.watch(pid, { resource: 'nofile', levels: [{ kind: 'value', value: level }] });
      const pollers = [
        await startPoller(workshop, 1, level, pids),
        await startPoller(workshop, 60, level, pids),
        startMonit(workshop, level, pids),
      ];
      await Promise.all(
        loads.map((load, seed) => load.ask(`spikes ${each} ${SHORTEST} ${LONGEST} ${GAP} ${seed + 1}`)),
      );
      // What the kernel has told before the answers came is in the queue by now, and the loop reads it.
      await new Promise((resolve) => setTimeout(resolve, 500));
      return {
        measurements: [
          row(
            'seen',
            'this',
            pids.map((pid) => (ups.get(pid) ?? 0) / each),
            true,
          ),
          ...pollers.map((poller) => row('seen', poller.name, sharesOf(poller, pids, each), false)),
          {
            group: 'told, though there was none',
            name: 'this',
            unit: 'times',
            values: pids.map((pid) => Math.abs((ups.get(pid) ?? 0) - (downs.get(pid) ?? 0))),
            target: { text: 'none', met: ({ spread }) => spread.max === 0 },
          },
        ],
        notes: lost > 0 ? [`${lost} events were lost`] : [],
      };
    });
  },
};

/** One value for each process. */
function row(group: string, name: string, values: readonly number[], isOurs: boolean): Measurement {
  return {
    group,
    name,
    unit: 'share',
    values,
    ...(isOurs ? { target: { text: 'all', met: ({ spread }) => spread.min === 1 && spread.max === 1 } } : {}),
  };
}

function sharesOf(poller: Poller, pids: readonly number[], each: number): number[] {
  const ups = poller.notices().filter(({ direction }) => direction === 'up');
  return pids.map((pid) => ups.filter((notice) => notice.pid === pid).length / each);
}
