import { emptyProgram } from '../lib/floor.js';
import { atMostMore, type Effort, type Measurement, type Question } from '../lib/question.js';
import { FLOOR, started, STARTS } from '../lib/starting.js';
import { Workshop } from '../lib/workshop.js';

const NAMES = {
  bare: 'node alone',
  libraries: 'node with koffi and libbpf',
  empty: FLOOR,
  descriptor: 'the descriptor by itself',
  agent: 'the agent',
} as const satisfies Record<keyof typeof STARTS, string>;
const WAYS = Object.keys(NAMES) as (keyof typeof NAMES)[];

/** 6: how soon the agent is there. */
export const start: Question = {
  name: 'start',
  title: 'How soon the agent is there',
  async answer({ quick, say }: Effort) {
    const pairs = quick ? 2 : 15;
    // Compiled before the first that is started.
    emptyProgram();
    const times = { bare: [], libraries: [], empty: [], descriptor: [], agent: [] } as Record<
      keyof typeof STARTS,
      number[]
    >;
    for (let pair = 0; pair < pairs; pair++) {
      say(`pair ${pair + 1} of ${pairs}`);
      for (const way of WAYS) times[way].push(await timeOf(way));
    }
    return {
      measurements: WAYS.map((way): Measurement => ({
        group: 'from the start to the first word',
        name: NAMES[way],
        unit: 'ms',
        values: times[way],
        baseline: times.bare,
        ...(way === 'agent' && { target: atMostMore(150, 'ms'), floor: FLOOR }),
      })),
      notes: [],
    };
  },
};

async function timeOf(way: keyof typeof STARTS): Promise<number> {
  return Workshop.with(async (workshop) => {
    const crowd = await workshop.load('crowd');
    return (await started(() => STARTS[way](workshop, crowd.pid))).ms;
  });
}
