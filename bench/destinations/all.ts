import { nscaOnLoopback } from '../lib/agent.js';
import { StampingServer } from '../lib/stamping-server.js';
import type { Workshop } from '../lib/workshop.js';
import { startIcinga, startNrdp, startNscaNg, type Keys } from './peers.js';

/** A destination of each kind, with a server of its own. */
export interface All {
  /** NSCA alone. */
  readonly nsca: Keys;
  readonly others: readonly Keys[];
}

export async function startAll(workshop: Workshop): Promise<All> {
  const nsca = await StampingServer.start(workshop);
  const nscaNg = await startNscaNg(workshop);
  const icinga2 = await startIcinga(workshop);
  const nrdp = await startNrdp(workshop);
  const program = { type: 'program', run: ['/bin/sh', '-c', 'exec cat >/dev/null'], keep: true };
  return { nsca: nscaOnLoopback(nsca.port), others: [nscaNg.keys, icinga2.keys, nrdp.keys, program] };
}
