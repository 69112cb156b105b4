/** Runs in a guest: in-guest.js ROUNDS OPERATIONS FILE. Leaves the means of each setting, by mode, in FILE. */
import { writeFileSync } from 'node:fs';
import { modesHere } from '../cost/variants.js';
import { measureTogether } from './measure.js';
import { BY_LEVELS, BY_SLOTS, CROSSING_BY_LEVELS } from './settings.js';

export interface GrowthInGuest {
  readonly mode: string;
  readonly levels: number[][];
  readonly slots: number[][];
  readonly crossing: number[][];
}

const [rounds = '', operations = '', file = ''] = process.argv.slice(2);
const answers: GrowthInGuest[] = [];
for (const attach of modesHere().works) {
  const effort = { attach, rounds: Number(rounds), operations: Number(operations) };
  const levels = await measureTogether(BY_LEVELS, effort);
  const slots = await measureTogether(BY_SLOTS, effort);
  const crossing = await measureTogether(CROSSING_BY_LEVELS, {
    ...effort,
    operations: effort.operations / 4,
  });
  answers.push({ mode: attach, levels, slots, crossing });
}
writeFileSync(file, JSON.stringify(answers));
