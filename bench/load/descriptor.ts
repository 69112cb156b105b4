/** The descriptor without an agent: its programs in the kernel, and nobody watched. */
import { RlimitEvents } from '../../src/rlimit-events/index.js';

new RlimitEvents(() => undefined, { matches: [] });
process.stdout.write('ready\n');
