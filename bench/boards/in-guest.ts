/** Runs in a guest: in-guest.js STARTS CROSSINGS FILE. Leaves what it measured in FILE. */
import { writeFileSync } from 'node:fs';
import { measureBoard } from './measure.js';

const [starts = '', crossings = '', file = ''] = process.argv.slice(2);
writeFileSync(file, JSON.stringify(await measureBoard(Number(starts), Number(crossings))));
