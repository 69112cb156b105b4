import { compiled } from '../lib/compiled.js';
import { compileEmpty } from '../lib/empty-programs.js';
import { ANSWER, inGuest } from '../lib/guest.js';
import type { Effort, Measurement, Question } from '../lib/question.js';
import type { MeasuredResources } from '../resources/measure.js';
import { measurementsOf } from '../resources/targets.js';

const GUESTS = ['6.1', '6.12'];

/** 11: what each resource costs whoever does something, in each mode. In guests, which count instructions. */
export const resources: Question = {
  name: 'resources',
  title: 'What watching each resource costs everything else',
  isPlotted: ({ target }) => target !== undefined,
  async answer({ quick, signal, say }: Effort) {
    compiled('resources');
    compileEmpty();
    const measurements: Measurement[] = [];
    const notes: string[] = [];
    for (const name of quick ? GUESTS.slice(0, 1) : GUESTS) {
      say(`in a guest with Debian's ${name}, whose clock counts instructions: some minutes`);
      const command = `node dist/bench/resources/in-guest.js ${quick ? 5 : 15} ${ANSWER} ${quick ? 'fentry' : ''}`;
      const measured = (await inGuest({ architecture: 'amd64', name }, command, signal)) as MeasuredResources;
      measurements.push(...measurementsOf(name, measured));
      for (const [what, why] of Object.entries(measured.refused)) notes.push(`${name}, ${what}: ${why}`);
    }
    return { measurements, notes };
  },
};
