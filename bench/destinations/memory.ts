import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND } from '../../rig/programs/command.js';
import { pathWith } from '../../rig/programs/path-programs.js';
import { startAgentBy } from '../lib/agent.js';
import { openFilesOf } from '../lib/open-files.js';
import { memoryOf } from '../lib/proc.js';
import { sleep } from '../lib/sleep.js';
import { Workshop } from '../lib/workshop.js';
import { startAll, type All } from './all.js';
import type { Keys } from './peers.js';
import { HOST, SERVICE } from './result.js';

/** MiB of agents (RSS), by pair. */
export interface Sizes {
  /** NSCA is the only destination. */
  readonly nsca: number[];
  /** There is one of each kind. */
  readonly all: number[];
}

/** Before there is a result, and when each destination has taken some. */
export async function sizes(
  pairs: number,
  say: (line: string) => void,
): Promise<{ readonly unused: Sizes; readonly used: Sizes }> {
  return Workshop.with(async (workshop) => {
    const all = await startAll(workshop);
    const unused: Sizes = { nsca: [], all: [] };
    const used: Sizes = { nsca: [], all: [] };
    for (let pair = 0; pair < pairs; pair++) {
      say(`memory, pair ${pair + 1} of ${pairs}`);
      await onePair(all, unused, withoutResults);
      await onePair(all, used, withResults);
    }
    return { unused, used };
  });
}

async function onePair(
  { nsca, others }: All,
  sizes: Sizes,
  sizeWith: (destinations: readonly Keys[]) => Promise<number>,
): Promise<void> {
  sizes.nsca.push(await sizeWith([nsca]));
  sizes.all.push(await sizeWith([nsca, ...others]));
}

/** ms after the start at which an agent is at rest, and has not given up waiting for who its user is (5 s). */
const BEFORE_RESULTS = 4000;

/** A service of a user whose number is not known yet has nothing to tell. */
async function withoutResults(destinations: readonly Keys[]): Promise<number> {
  return Workshop.with(async (workshop) => {
    const path = pathWith(workshop.folder, { id: 'exec sleep 60' });
    const services = [{ service: SERVICE, process: { user: 'nagios' }, resource: 'nofile', warning: 100 }];
    const file = join(workshop.folder, 'waiting.yaml');
    writeFileSync(file, JSON.stringify({ host: HOST, destinations, services }));
    const agent = workshop.program('env', `PATH=${path}`, COMMAND, '-v', '-c', file);
    await sleep(BEFORE_RESULTS);
    const { rss } = memoryOf(agent.pid);
    if (agent.stderr.length > 0) throw new Error(`it has a result already: ${agent.stderr.join(', ')}`);
    return rss;
  });
}

const CROSSINGS = 20;

async function withResults(destinations: readonly Keys[]): Promise<number> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const watched = { service: SERVICE, process: { pid: load.pid }, resource: 'nofile' };
    const services = [{ ...watched, warning: openFilesOf(load.pid) }];
    const agent = startAgentBy(workshop, { host: HOST, destinations, services }, '-v');
    const sent = () => agent.stderr.filter((line) => line.includes(': sent ')).length;
    await agent.until(() => sent() >= destinations.length);
    for (let crossing = 0; crossing < CROSSINGS; crossing++) {
      const before = sent();
      await load.ask(crossing % 2 === 0 ? 'up' : 'down');
      await agent.until(() => sent() >= before + destinations.length);
    }
    await sleep(1000);
    return memoryOf(agent.pid).rss;
  });
}
