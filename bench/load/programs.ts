/**
 * The least that the agent is: the programs of open files in the kernel, and Node's own modules for sockets, files,
 * programs and ciphers. It watches nobody. To be bundled as the agent is: lib/bundled.ts.
 */
import * as programs from 'node:child_process';
import * as ciphers from 'node:crypto';
import * as files from 'node:fs/promises';
import * as sockets from 'node:net';
import { FEW_GROUPS, ONE_WORD } from '../../src/rlimit-events/layout/index.js';
import { loadObject } from '../../src/rlimit-events/loading/object.js';
import { planFor } from '../../src/rlimit-events/loading/plan.js';
import { thisKernel } from '../../src/rlimit-events/loading/this-kernel.js';

/** A bundler leaves out what nobody has a use for. */
export const needed = [programs, ciphers, files, sockets];

const needs = { processes: 16_384, queueBytes: 256 * 1024, matches: [], groups: FEW_GROUPS, events: true };
loadObject('nofile', planFor('nofile', 'tracepoint', [], thisKernel), needs, ONE_WORD, { file: undefined });
process.stdout.write('ready\n');
setInterval(() => undefined, 2 ** 30);
