import type { BpfObject } from '../ffi/index.js';
import { ATTACH_MODES, type AttachMode } from './attach-mode.js';
import type { Resource } from '../resources/index.js';
import { RlimitEventsError } from './errors.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import { LevelSets } from './level-sets.js';
import type { Match } from './matches.js';
import { loadObject, type Needs } from './object.js';
import { Requests } from './requests.js';
import { missedWays } from './self-test.js';

/** The programs of a resource in the kernel, attached and proven, with what talks to them. */
export interface Opened {
  readonly mode: AttachMode;
  readonly object: BpfObject;
  readonly sets: LevelSets;
  readonly requests: Requests;
  /** What groups can be matched by. */
  readonly matches: readonly Match['kind'][];
  /** The smallest change, in the resource's unit. */
  readonly grain: number;
}

/**
 * Opens the attach mode that was asked for, or with `auto` the first that works.
 *
 * @throws RlimitEventsError not-permitted, no-btf, unsupported or busy; LibraryMissingError
 */
export function open(resource: Resource, attach: AttachMode | 'auto', needs: Needs): Opened {
  if (attach !== 'auto') return openMode(resource, attach, needs);
  const refusals: unknown[] = [];
  for (const mode of ATTACH_MODES) {
    try {
      return openMode(resource, mode, needs);
    } catch (error) {
      if (!(error instanceof RlimitEventsError) || error.code !== 'unsupported') throw error;
      refusals.push(error);
    }
  }
  throw refusals.at(-1);
}

function openMode(resource: Resource, mode: AttachMode, needs: Needs): Opened {
  const object = loadObject(resource, mode, needs);
  try {
    const { grain, ways } = KERNEL_RESOURCES[resource];
    const sets = new LevelSets(object.map('level_sets'));
    sets.addProvisional(grain);
    const opened = {
      mode,
      object,
      sets,
      requests: new Requests(object),
      matches: needs.matches,
      grain,
    };
    const missed = missedWays(opened, ways);
    if (missed.length > 0)
      throw new RlimitEventsError(
        'unsupported',
        `attach mode ${mode} does not see everything of ${resource} on this kernel: ${missed.join(', ')} went by unseen`,
      );
    return opened;
  } catch (error) {
    object.close();
    throw error;
  }
}
