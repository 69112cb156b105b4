import { realpathSync } from 'node:fs';
import { nscaOnLoopback, startAgentBy } from '../lib/agent.js';
import { usageOf } from '../lib/proc.js';
import { sleep } from '../lib/sleep.js';
import { StampingServer } from '../lib/stamping-server.js';
import { Workshop } from '../lib/workshop.js';

const RATE = 1000;
const PROGRAM = realpathSync('/bin/true');

/** What came of one round. */
export interface Matched {
  readonly processes: number;
  /** ms of processor time. */
  readonly theirs: number;
  readonly agents: number;
  /** What the agent has complained of meanwhile. */
  readonly complaints: readonly string[];
}

/** An agent whose service is matched by a program, and that program a thousand times a second. */
export async function measureMatching(rounds: number, seconds: number): Promise<Matched[]> {
  return Workshop.with(async (workshop) => {
    const server = await StampingServer.start(workshop);
    const agent = startAgentBy(workshop, {
      host: 'bench',
      destinations: [nscaOnLoopback(server.port)],
      services: [{ service: 'comers', process: { exe: PROGRAM }, resource: 'nofile', warning: 900 }],
    });
    await server.until(1);
    const load = await workshop.load('comers', PROGRAM);
    const matched: Matched[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = usageOf(agent.pid).cpu;
      const said = agent.stderr.length;
      const [processes = NaN, theirs = NaN] = (await load.ask(`${RATE} ${seconds}`)).split(' ').map(Number);
      // What it still has to read.
      await sleep(500);
      const agents = usageOf(agent.pid).cpu - before;
      matched.push({ processes, theirs: theirs / 1000, agents, complaints: agent.stderr.slice(said) });
    }
    return matched;
  });
}
