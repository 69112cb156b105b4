import { NscaDaemon } from '../../rig/servers/nsca-daemon.js';
import { startAgent } from '../lib/agent.js';
import { fifoIn } from '../lib/fifo.js';
import { openFilesOf } from '../lib/open-files.js';
import { sleep } from '../lib/sleep.js';
import { StampingServer } from '../lib/stamping-server.js';
import { Workshop } from '../lib/workshop.js';

/** ms from one crossing to the next: a service tells at most ten results a second, and keeps two of them for what may get worse. */
export const PACE = 150;
/** ms that the agent listens for a server that hangs up: NscaClientOptions.rejectionWindow. */
const LISTENING = 1500;

/** ms to the last byte of the result, each crossing made when the last one's result has arrived. */
export async function toServer(count: number, whenQuiet: boolean): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const server = await StampingServer.start(workshop);
    startAgent(workshop, [{ name: 'fds', pid: load.pid, above: openFilesOf(load.pid) }], server);
    await server.until(1);
    return inTurn(count, {
      async rest() {
        if (whenQuiet) await server.quiet();
        // Who has just taken leave of the server is at rest again.
        await sleep(PACE);
      },
      cause: (i) => load.ask(crossing(i)),
      arrival: (i) => server.arrival(i + 1),
    });
  });
}

/**
 * ms from a byte in a FIFO to the last byte of a packet from Node, which has nothing else to do. Its rest in between
 * is as long as the agent's: what a machine has to wake up for takes longer after a longer sleep.
 */
export async function leastToServer(count: number, mode: 'connected' | 'connecting'): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const server = await StampingServer.start(workshop);
    const fifo = fifoIn(workshop);
    await workshop.node('exchange', fifo, server.port, mode);
    return inTurn(count, {
      rest: () => sleep(mode === 'connecting' ? LISTENING + PACE : PACE),
      cause: () => load.ask(`tell ${fifo} 1 0`),
      arrival: (i) => server.arrival(i),
    });
  });
}

/** ms to the line that nsca writes for Nagios. */
export async function toDumpFile(count: number): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const daemon = await NscaDaemon.start({ method: 0, password: 'unused' });
    workshop.atEnd(() => daemon.stop());
    startAgent(workshop, [{ name: 'fds', pid: load.pid, above: openFilesOf(load.pid) }], daemon);
    await daemon.until(1);
    return inTurn(count, {
      rest: () => sleep(PACE),
      cause: (i) => load.ask(crossing(i)),
      async arrival(i) {
        await daemon.until(i + 2);
        return Number(process.hrtime.bigint());
      },
    });
  });
}

/** What there is to do for each of several in turn; times are ns of CLOCK_MONOTONIC. */
interface Turn {
  readonly rest: () => Promise<void>;
  /** Says when it was. */
  readonly cause: (i: number) => Promise<string>;
  readonly arrival: (i: number) => Promise<number>;
}

/** ms from each cause to its arrival. */
async function inTurn(count: number, { rest, cause, arrival }: Turn): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < count; i++) {
    await rest();
    const time = Number(await cause(i));
    latencies.push(((await arrival(i)) - time) / 1e6);
  }
  return latencies;
}

/** Up and down in turn. */
function crossing(i: number): string {
  return i % 2 === 0 ? 'up' : 'down';
}
