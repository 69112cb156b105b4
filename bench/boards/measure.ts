import { leastToServer, toServer } from '../how-soon/server.js';
import { started, waysToStart, type Way } from '../lib/starting.js';
import { Workshop } from '../lib/workshop.js';

/** What is started on a board: what else there is to start needs what is not on it. */
export const ON_BOARDS = ['bare', 'libraries', 'agent'] as const satisfies readonly Way[];

/** ms of the guest's clock, of which each is a million instructions. */
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
        return (await started(() => ways[way](workshop, crowd.pid))).ms;
      });
      if (i >= 0) starts[way].push(ms);
    }
  return {
    starts,
    toServer: await toServer(crossings, false),
    leastToServer: await leastToServer(crossings, 'connected'),
  };
}
