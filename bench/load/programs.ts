/** Brings the programs of open files into the kernel, as the agent's, and nothing else. To be bundled: lib/bundled.ts. */
import { loadObject } from '../../src/rlimit-events/object.js';

loadObject('nofile', 'tracepoint', { processes: 16_384, queueBytes: 256 * 1024, matches: [] });
process.stdout.write('ready\n');
setInterval(() => undefined, 2 ** 30);
