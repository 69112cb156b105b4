/** Runs in a guest: in-guest.js COUNT FILE [MODE]... Leaves what it measured in FILE. */
import { writeFileSync } from 'node:fs';
import { ATTACH_MODES, type AttachMode } from '../../src/rlimit-events/index.js';
import { measureResources } from './measure.js';

const [count = '', file = '', ...modes] = process.argv.slice(2);
const asked = modes.length === 0 ? ATTACH_MODES : (modes as AttachMode[]);
writeFileSync(file, JSON.stringify(await measureResources(asked, Number(count))));
