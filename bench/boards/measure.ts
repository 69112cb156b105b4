import { leastToServer, toServer } from '../how-soon/server.js';
import { cpuWithChildren } from '../lib/proc.js';
import { started, waysToStart, type Way } from '../lib/starting.js';
import { Workshop } from '../lib/workshop.js';

/** What is started on a board: what else there is to start needs what is not on it. */
export const ON_BOARDS = ['bare', 'libraries', 'agent'] as const satisfies readonly Way[];

/**
 * ms of the guest's clock, of which each is a million instructions: on a processor until the first word, since the clock
 * leaps where nobody has anything to do, and by the clock from a crossing on, where somebody always has.
 */
export interface MeasuredBoard {
  readonly starts: Record<(typeof ON_BOARDS)[number], number[]>;
  readonly toServer: number[];
  readonly leastToServer: number[];
}

export async function measureBoard(count: number, crossings: number): Promise<MeasuredBoard> {
  const ways = waysToStart(ON_BOARDS);
  const starts: MeasuredBoard['starts'] = { bare: [], libraries: [], agent: [] };
  // The first of each comes from the host's files, for which a guest waits.
  for (let i = -1; i < count; i++)
    for (const way of ON_BOARDS) {
      const ms = await Workshop.with(async (workshop) => {
        const crowd = await workshop.load('crowd');
        const { program } = await started(() => ways[way](workshop, crowd.pid));
        return cpuWithChildren(program.pid);
      });
      if (i >= 0) starts[way].push(ms);
    }
  return {
    starts,
    toServer: await toServer(crossings, false),
    leastToServer: await leastToServer(crossings, 'connected'),
  };
}
