import { tmpdir } from 'node:os';
import { compiled } from '../lib/compiled.js';
import { compileFloors } from '../lib/floor.js';
import { ANSWER, inGuest } from '../lib/guest.js';
import type { Effort, Measurement, Question } from '../lib/question.js';
import { measureCost, type Measured } from '../cost/measure.js';
import { GUESTS, HERE, type Place } from '../cost/places.js';
import { measurementsOf } from '../cost/targets.js';
import { modesHere, stagesOf } from '../cost/variants.js';

/** 1: what an operation of a process costs more when it is watched, or when only others are. */
export const cost: Question = {
  name: 'cost',
  title: 'What an operation costs more',
  isPlotted: ({ unit, group }) => unit === 'share' || /^\d.* a hot file$/.test(group),
  async answer({ quick, signal, say }: Effort) {
    const effort = { pairs: quick ? 2 : 15, operations: quick ? 50 : 500 };
    const measurements: Measurement[] = [];
    const notes: string[] = [];
    const taken = new Map<string, Measured>();
    const take = (place: Place, measured: Measured) => {
      taken.set(place.title, measured);
      measurements.push(...measurementsOf(place, taken));
      for (const [name, why] of Object.entries(measured.refused))
        notes.push(`${place.title}, ${name}: ${why}`);
    };

    compileFloors();
    const { works, refused } = modesHere();
    say(`here: ${works.join(', ')}`);
    const here = await measureCost(stagesOf(works), effort, tmpdir());
    take(HERE, { ...here, refused: { ...here.refused, ...Object.fromEntries(refused) } });

    compiled('cost');
    for (const place of GUESTS) {
      // Under -icount a value repeats to the instruction, so that few operations are enough.
      say(`in a guest with Debian's ${place.title}, whose clock counts instructions: some minutes`);
      const command = `node dist/bench/cost/in-guest.js "$MODULES" ${effort.pairs} 50 ${ANSWER}`;
      take(place, (await inGuest(place.kernel, command, signal)) as Measured);
    }
    return { measurements, notes };
  },
};
