import { type BpfObject, isOfSystem, RingBuffer, type Way } from '../../ffi/index.js';
import { decodeEvent, PROVISIONAL_SET } from '../layout/index.js';
import type { Requests } from '../requests.js';

/**
 * Of an account that others have as well: what somebody else gives back at the same moment hides a change, and whoever looks
 * at it at that moment looks for us, maybe a little late. A hook that does not fire never does.
 */
const TRIES = 10;

interface Tested {
  readonly object: BpfObject;
  /** Of a mask of groups. */
  readonly words: number;
  readonly requests: Requests;
}

/** A way that could not be tried, since its change could not be made. */
export interface Untried {
  /** The error's name. */
  readonly code: string;
  /** For an administrator. */
  readonly text: string;
}

/**
 * A hook that attaches is not yet a hook that fires: a function may be inlined into some of its
 * callers. So this process makes and undoes one change in each way, and watches itself.
 *
 * @returns the names of the ways that were missed, and those of which nothing is known
 */
export function tryWays(
  { object, words, requests }: Tested,
  ways: readonly Way[],
): { readonly missed: readonly string[]; readonly untried: readonly Untried[] } {
  let seen = { up: false, down: false };
  // The test reads a ring of its own, and to its end, so that no record of the test reaches the descriptor's owner.
  const ring = new RingBuffer(object.mapFd('events'), (record) => {
    const raw = decodeEvent(words, record);
    if (raw.type === 'step') seen = raw.other === 1 ? { ...seen, up: true } : { ...seen, down: true };
  });
  try {
    requests.watch(process.pid, PROVISIONAL_SET);
    const isSeen = ({ prepare, change, onlyUp = false }: Way) => {
      prepare?.();
      ring.consume();
      seen = { up: false, down: false };
      change();
      ring.consume();
      return seen.up && (seen.down || onlyUp);
    };
    const missed: string[] = [];
    const untried: Untried[] = [];
    for (const way of ways) {
      let refused: Untried | undefined;
      const isSeenOrRefused = () => {
        try {
          return isSeen(way);
        } catch (error) {
          if (!isOfSystem(error)) throw error;
          refused = untriedFor(way, error);
          return false;
        }
      };
      const tries = way.isOfUser === true ? TRIES : 1;
      if (Array.from({ length: tries }).some(isSeenOrRefused)) continue;
      // Fewer changes than that can all have been hidden by others.
      if (refused) untried.push(refused);
      else missed.push(way.name);
    }
    requests.watch(process.pid, 0);
    ring.consume();
    return { missed, untried };
  } finally {
    ring.close();
  }
}

function untriedFor(
  { name, refusals = {} }: Way,
  { code, message }: Error & { readonly code: string },
): Untried {
  const reason = refusals[code];
  return {
    code,
    text: `${name} could not be tried${reason === undefined ? '' : `, ${reason}`} (${message})`,
  };
}
