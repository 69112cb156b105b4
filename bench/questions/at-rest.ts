import { startAgent } from '../lib/agent.js';
import { startMonit, startPoller } from '../lib/pollers.js';
import { usageOf } from '../lib/proc.js';
import type { Effort, Measurement, Question } from '../lib/question.js';
import { sleep } from '../lib/sleep.js';
import { StampingServer } from '../lib/stamping-server.js';
import { Workshop } from '../lib/workshop.js';

const PROCESSES = 100;
const WINDOWS = 18;
const LEVEL = 100;
/** s until everything that happens at the start has happened. */
const SETTLING = 20;

/** 5: what it takes while nothing happens. */
export const atRest: Question = {
  name: 'at-rest',
  title: 'What it takes in 10 s while nothing happens, with 100 watched processes',
  async answer({ quick, say }: Effort) {
    const seconds = quick ? 1 : 10;
    return Workshop.with(async (workshop) => {
      const crowd = await workshop.load('crowd');
      const server = await StampingServer.start(workshop);
      const agent = startAgent(workshop, [{ name: 'crowd', pid: crowd.pid, above: LEVEL }], server);
      await server.until(1);
      // They are watched from their birth on.
      const pids = (await crowd.ask(`fork ${PROCESSES}`)).split(' ').map(Number);
      const pollers = [
        await startPoller(workshop, 1, LEVEL, pids),
        await startPoller(workshop, 60, LEVEL, pids),
        startMonit(workshop, LEVEL, pids),
      ];
      const subjects = [
        { name: 'the agent', pid: agent.pid },
        ...pollers.map(({ name, program }) => ({ name, pid: program.pid })),
      ];
      await sleep((quick ? 5 : SETTLING) * 1000);
      await server.quiet();
      say(`${WINDOWS} times ${seconds} s`);
      const switches = subjects.map((): number[] => []);
      const cpu = subjects.map((): number[] => []);
      for (let window = 0; window < WINDOWS; window++) {
        const before = subjects.map(({ pid }) => usageOf(pid));
        await sleep(seconds * 1000);
        for (const [i, { pid }] of subjects.entries()) {
          const now = usageOf(pid);
          switches[i]?.push(now.switches - (before[i]?.switches ?? NaN));
          cpu[i]?.push(now.cpu - (before[i]?.cpu ?? NaN));
        }
      }
      const none = { text: 'none', met: ({ spread }: { spread: { max: number } }) => spread.max === 0 };
      return {
        measurements: [
          ...subjects.map(({ name }, i): Measurement => ({
            group: 'context switches of all threads',
            name,
            unit: 'switches',
            values: switches[i] ?? [],
            ...(i === 0 ? { target: none } : {}),
          })),
          ...subjects.map(({ name }, i): Measurement => ({
            group: 'time on a processor',
            name,
            unit: 'ms',
            values: cpu[i] ?? [],
            ...(i === 0 ? { target: none } : {}),
          })),
        ],
        notes: [],
      };
    });
  },
};
