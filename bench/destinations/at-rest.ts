import { startAgentBy } from '../lib/agent.js';
import { openFilesOf } from '../lib/open-files.js';
import { usageOf, type Usage } from '../lib/proc.js';
import { sleep } from '../lib/sleep.js';
import { Workshop } from '../lib/workshop.js';
import { startAll } from './all.js';
import { HOST, SERVICE } from './result.js';

/** s until every server has hung up on who says nothing: an nsca-ng server after 60. */
const SETTLING = 75;

/** What the agent uses in each of so many windows, with a destination of each kind that has had a result. */
export async function usageAtRest(windows: number, seconds: number): Promise<Usage[]> {
  return Workshop.with(async (workshop) => {
    const { nsca, others } = await startAll(workshop);
    const load = await workshop.load('crossings');
    const watched = { service: SERVICE, process: { pid: load.pid }, resource: 'nofile' };
    const destinations = [nsca, ...others];
    const services = [{ ...watched, warning: openFilesOf(load.pid) }];
    const agent = startAgentBy(workshop, { host: HOST, heartbeat: 'off', destinations, services }, '-v');
    const sent = () => agent.stderr.filter((line) => line.includes(': sent ')).length;
    await agent.until(() => sent() === destinations.length);
    await sleep(SETTLING * 1000);
    const usages: Usage[] = [];
    for (let window = 0; window < windows; window++) {
      const before = usageOf(agent.pid);
      await sleep(seconds * 1000);
      const now = usageOf(agent.pid);
      usages.push({ switches: now.switches - before.switches, cpu: now.cpu - before.cpu });
    }
    return usages;
  });
}
