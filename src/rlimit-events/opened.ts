import { type BpfObject, RingBuffer } from '../ffi/index.js';
import { ATTACH_MODES, type AttachMode } from './attach.js';
import { RlimitEventsError } from './errors.js';
import { decodeEvent, type RawEvent } from './layout.js';
import { LevelSets } from './level-sets.js';
import type { Match } from './matches.js';
import { loadObject, type Needs } from './object.js';
import { Requests } from './requests.js';
import { missedWays } from './self-test.js';

/** The programs in the kernel, attached and proven, with what talks to them. */
export interface Opened {
  readonly mode: AttachMode;
  readonly object: BpfObject;
  readonly ring: RingBuffer;
  readonly sets: LevelSets;
  readonly requests: Requests;
  /** What groups can be matched by. */
  readonly matches: readonly Match['kind'][];
}

/**
 * Opens the attach mode that was asked for, or with `auto` the first that works.
 *
 * @param onRecord gets each record of the ring as it is consumed, after the self-test
 * @throws RlimitEventsError not-permitted, no-btf or unsupported; LibraryMissingError
 */
export function open(attach: AttachMode | 'auto', needs: Needs, onRecord: (raw: RawEvent) => void): Opened {
  if (attach !== 'auto') return openMode(attach, needs, onRecord);
  const refusals: unknown[] = [];
  for (const mode of ATTACH_MODES) {
    try {
      return openMode(mode, needs, onRecord);
    } catch (error) {
      if (!(error instanceof RlimitEventsError) || error.code !== 'unsupported') throw error;
      refusals.push(error);
    }
  }
  throw refusals.at(-1);
}

function openMode(mode: AttachMode, needs: Needs, onRecord: (raw: RawEvent) => void): Opened {
  const object = loadObject(mode, needs);
  let ring: RingBuffer | undefined;
  try {
    let receive: (raw: RawEvent) => void = () => undefined;
    ring = new RingBuffer(object.map('events').fd, (record) => {
      receive(decodeEvent(record));
    });
    const opened = {
      mode,
      object,
      ring,
      sets: new LevelSets(object.map('level_sets')),
      requests: new Requests(object),
      matches: needs.matches,
    };
    const missed = missedWays(opened, (listener) => {
      receive = listener;
    });
    if (missed.length > 0)
      throw new RlimitEventsError(
        'unsupported',
        `attach mode ${mode} does not see everything on this kernel: ${missed.join(', ')} went by unseen`,
      );
    receive = onRecord;
    return opened;
  } catch (error) {
    ring?.close();
    object.close();
    throw error;
  }
}
