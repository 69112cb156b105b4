import { compiled } from '../lib/compiled.js';
import { compileFloors } from '../lib/floor.js';
import { ANSWER, inGuest } from '../lib/guest.js';
import type { Effort, Measurement, Question } from '../lib/question.js';
import { measureCost, type Measured } from '../cost/measure.js';
import { measurementsOf } from '../cost/targets.js';
import { modesHere, stagesOf } from '../cost/variants.js';

const GUESTS = ['6.1', '6.12', '7.3'];

/** 1: what an operation of a process costs more when it is watched, or when only others are. */
export const cost: Question = {
  name: 'cost',
  title: 'What an operation costs more',
  isPlotted: ({ unit, group }) => unit === 'share' || /^\d.* a hot file$/.test(group),
  async answer({ quick, signal, say }: Effort) {
    const effort = { pairs: quick ? 2 : 15, operations: quick ? 50 : 500 };
    const measurements: Measurement[] = [];
    const notes: string[] = [];
    const take = (place: string, unit: 'ticks' | 'instructions', measured: Measured) => {
      measurements.push(...measurementsOf(place, unit, measured));
      for (const [name, why] of Object.entries(measured.refused)) notes.push(`${place}, ${name}: ${why}`);
    };

    compileFloors();
    const { works, refused } = modesHere();
    say(`here: ${works.join(', ')}`);
    const here = await measureCost(stagesOf(works), effort);
    take('this machine', 'ticks', { ...here, refused: { ...here.refused, ...Object.fromEntries(refused) } });

    compiled('cost');
    for (const version of GUESTS) {
      // Under -icount a value repeats to the instruction, so that few operations are enough.
      say(`in a guest with Debian's ${version}, whose clock counts instructions: some minutes`);
      const command = `node dist/bench/cost/in-guest.js "$MODULES" ${effort.pairs} 50 ${ANSWER}`;
      take(version, 'instructions', (await inGuest(version, command, signal)) as Measured);
    }
    return { measurements, notes };
  },
};
