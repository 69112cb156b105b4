/** Runs in a guest: in-guest.js COUNT FILE. Leaves what it measured in FILE. */
import { writeFileSync } from 'node:fs';
import { measureComing } from './measure.js';

const [count = '', file = ''] = process.argv.slice(2);
writeFileSync(file, JSON.stringify(await measureComing(Number(count))));
