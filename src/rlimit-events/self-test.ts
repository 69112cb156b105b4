import { changeDescriptors } from '../ffi/index.js';
import type { RawEvent } from './layout.js';
import type { LevelSets } from './level-sets.js';
import type { Requests } from './requests.js';

interface Tested {
  readonly ring: { consume(): void };
  readonly sets: LevelSets;
  readonly requests: Requests;
}

/**
 * A hook that attaches is not yet a hook that fires: a function may be inlined into some of its
 * callers. So this process makes and undoes one change in each way, and watches itself.
 *
 * @param listen sets who gets the records
 * @returns the ways that were missed
 */
export function missedWays(
  { ring, sets, requests }: Tested,
  listen: (listener: (raw: RawEvent) => void) => void,
): string[] {
  const everyUnit = sets.numberOf({ levels: [], step: 1, inheritStep: false, tag: 'self-test' });
  let seen = { up: false, down: false };
  listen((raw) => {
    if (raw.type === 'step') seen = raw.other === 1 ? { ...seen, up: true } : { ...seen, down: true };
  });
  requests.watch(process.pid, 'nofile', everyUnit);
  try {
    return changeDescriptors
      .filter(({ change }) => {
        ring.consume();
        seen = { up: false, down: false };
        change();
        ring.consume();
        return !seen.up || !seen.down;
      })
      .map(({ name }) => name);
  } finally {
    requests.watch(process.pid, 'nofile', 0);
    ring.consume();
  }
}
