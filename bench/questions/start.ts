import { atMostMore, type Effort, type Measurement, type Question } from '../lib/question.js';
import { NAMES, started, WAYS, waysToStart, type Start } from '../lib/starting.js';
import { Workshop } from '../lib/workshop.js';

/** 6: how soon the agent is there. */
export const start: Question = {
  name: 'start',
  title: 'How soon the agent is there',
  async answer({ quick, say }: Effort) {
    const pairs = quick ? 2 : 15;
    const starts = waysToStart(WAYS);
    const times = WAYS.map((way) => ({ way, values: [] as number[] }));
    for (let pair = 0; pair < pairs; pair++) {
      say(`pair ${pair + 1} of ${pairs}`);
      for (const { way, values } of times) values.push(await timeOf(starts[way]));
    }
    const [bare] = times;
    return {
      measurements: times.map(({ way, values }): Measurement => ({
        group: 'from the start to the first word',
        name: NAMES[way],
        unit: 'ms',
        values,
        ...(bare && { baseline: bare.values }),
        ...(way === 'agent' && { target: atMostMore(150, 'ms'), floor: NAMES.floor }),
      })),
      notes: [],
    };
  },
};

async function timeOf(start: Start): Promise<number> {
  return Workshop.with(async (workshop) => {
    const crowd = await workshop.load('crowd');
    return (await started(() => start(workshop, crowd.pid))).ms;
  });
}
