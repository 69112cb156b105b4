import { type BpfObject, RingBuffer, type Way } from '../../ffi/index.js';
import { decodeEvent, PROVISIONAL_SET } from '../layout/index.js';
import type { Requests } from '../requests.js';

interface Tested {
  readonly object: BpfObject;
  readonly requests: Requests;
}

/**
 * A hook that attaches is not yet a hook that fires: a function may be inlined into some of its
 * callers. So this process makes and undoes one change in each way, and watches itself.
 *
 * @returns the names of the ways that were missed
 */
export function missedWays({ object, requests }: Tested, ways: readonly Way[]): string[] {
  let seen = { up: false, down: false };
  // The test reads a ring of its own, and to its end, so that no record of the test reaches the descriptor's owner.
  const ring = new RingBuffer(object.mapFd('events'), (record) => {
    const raw = decodeEvent(record);
    if (raw.type === 'step') seen = raw.other === 1 ? { ...seen, up: true } : { ...seen, down: true };
  });
  try {
    requests.watch(process.pid, PROVISIONAL_SET);
    const missed = ways.filter(({ prepare, change, onlyUp = false }) => {
      prepare?.();
      ring.consume();
      seen = { up: false, down: false };
      change();
      ring.consume();
      return !seen.up || !(seen.down || onlyUp);
    });
    requests.watch(process.pid, 0);
    ring.consume();
    return missed.map(({ name }) => name);
  } finally {
    ring.close();
  }
}
