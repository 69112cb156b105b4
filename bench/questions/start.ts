import type { Effort, Question } from '../lib/question.js';
import { besideBare, started, STARTS } from '../lib/starting.js';
import { Workshop } from '../lib/workshop.js';

/** 6: how soon the agent is there. */
export const start: Question = {
  name: 'start',
  title: 'How soon the agent is there',
  async answer({ quick, say }: Effort) {
    const pairs = quick ? 2 : 15;
    const times = { bare: [], floor: [], descriptor: [], agent: [] } as Record<keyof typeof STARTS, number[]>;
    for (let pair = 0; pair < pairs; pair++) {
      say(`pair ${pair + 1} of ${pairs}`);
      for (const way of ['bare', 'floor', 'descriptor', 'agent'] as const) times[way].push(await timeOf(way));
    }
    const group = 'from the start to the first word';
    return {
      measurements: [
        besideBare({ group, name: 'node alone', unit: 'ms' }, times.bare, times.bare),
        besideBare({ group, name: 'the floor: node, koffi, libbpf', unit: 'ms' }, times.floor, times.bare),
        besideBare({ group, name: 'the descriptor by itself', unit: 'ms' }, times.descriptor, times.bare),
        besideBare({ group, name: 'the agent', unit: 'ms' }, times.agent, times.bare, 150),
      ],
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
