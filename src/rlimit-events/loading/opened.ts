import type { BpfObject } from '../../ffi/index.js';
import type { Resource } from '../../resources/index.js';
import { Elements } from '../elements.js';
import { orExhausted, RlimitEventsError } from '../errors.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import { kernelTypes, type KernelTypes } from './kernel-types.js';
import { FEW_GROUPS, MANY_WORDS, ONE_WORD } from '../layout/index.js';
import { LevelSets } from '../level-sets.js';
import { mayMiss } from './may-miss.js';
import { ATTACH_MODES, type AttachMode, LEAST_MISSED } from './modes/index.js';
import { loadObject, mustBePossible, type Needs } from './object.js';
import { type Plan, planFor, planToRead } from './plan.js';
import { Requests } from '../requests.js';
import { tryWays, type Untried } from './self-test.js';
import { TaskIterator } from '../task-iterator.js';
import type { Tasks } from '../tasks.js';
import { TaskWalk } from '../task-walk.js';
import { thisKernel, thisKernelWithoutTypes } from './this-kernel.js';

/** The programs of a resource in the kernel, attached and proven, with what talks to them. */
export interface Opened {
  readonly plan: Plan;
  readonly types: KernelTypes;
  readonly object: BpfObject;
  readonly elements: Elements;
  readonly sets: LevelSets;
  readonly requests: Requests;
  /** The smallest change, in the resource's unit. */
  readonly grain: number;
  /** Of a mask of groups. */
  readonly words: number;
  /** How many groups there can be. */
  readonly most: number;
  /** What of it could not be proven. */
  readonly untried: readonly Untried[];
}

const NOTHING_TRIED = { missed: [], untried: [] };

/** The less, the sooner it is taken. */
function missing({ preempted, mode }: Plan): number {
  return preempted.length === 0 ? 0 : 1 + LEAST_MISSED.indexOf(mode);
}

/**
 * Opens the attach mode that was asked for, or with `auto` the cheapest that works and is exact on this kernel; if
 * none is, one that works. Without events it is none of them.
 *
 * @throws RlimitEventsError not-permitted, no-btf, unsupported or busy; LibraryMissingError
 */
export function open(resource: Resource, attach: AttachMode | 'auto', needs: Needs): Opened {
  if (!needs.events) {
    mustBePossible('tracepoint', needs.btfFile);
    return openPlan(resource, planToRead(needs.matches), needs);
  }
  if (attach !== 'auto') return openPlan(resource, planOf(resource, attach, needs), needs);
  const refusals: unknown[] = [];
  const inexact: Plan[] = [];
  for (const mode of ATTACH_MODES) {
    const opened = unlessUnsupported(refusals, () => {
      const plan = planOf(resource, mode, needs);
      if (mayMiss(plan) === undefined) return openPlan(resource, plan, needs);
      inexact.push(plan);
      return undefined;
    });
    if (opened) return opened;
  }
  inexact.sort((a, b) => missing(a) - missing(b));
  for (const plan of inexact) {
    const opened = unlessUnsupported(refusals, () => openPlan(resource, plan, needs));
    if (opened) return opened;
  }
  throw refusals.at(-1);
}

function unlessUnsupported(refusals: unknown[], open: () => Opened | undefined): Opened | undefined {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof RlimitEventsError) || error.code !== 'unsupported') throw error;
    refusals.push(error);
    return undefined;
  }
}

function planOf(resource: Resource, mode: AttachMode, { matches, btfFile }: Needs): Plan {
  const { file } = mustBePossible(mode, btfFile);
  return planFor(resource, mode, matches, file === undefined ? thisKernel : thisKernelWithoutTypes);
}

function openPlan(resource: Resource, plan: Plan, needs: Needs): Opened {
  const types = kernelTypes(needs.btfFile);
  const words = needs.groups > FEW_GROUPS ? MANY_WORDS : ONE_WORD;
  const object = loadObject(resource, plan, needs, words, types);
  try {
    const { grain, ways } = KERNEL_RESOURCES[resource];
    const all = types.file === undefined ? new TaskIterator(object) : new TaskWalk(object, words);
    const tasks: Tasks = { run: (program, pid) => orExhausted(() => all.run(program, pid)) };
    const elements = new Elements(object, tasks);
    const sets = new LevelSets(elements.map('level_sets'));
    sets.addProvisional(grain);
    const requests = new Requests(object, tasks, words);
    requests.introduceOwner();
    const opened: Omit<Opened, 'untried'> = {
      plan,
      types,
      object,
      elements,
      sets,
      requests,
      grain,
      words,
      most: Math.max(needs.groups, FEW_GROUPS),
    };
    const { missed, untried } = needs.events ? tryWays(opened, ways) : NOTHING_TRIED;
    if (missed.length > 0)
      throw new RlimitEventsError(
        'unsupported',
        `attach mode ${plan.mode} does not see everything of ${resource} on this kernel: ${missed.join(', ')} went by unseen`,
      );
    if (
      untried.length > 0 &&
      untried.length === ways.length &&
      untried.every(({ code }) => code === 'ENOSYS')
    )
      throw new RlimitEventsError(
        'unsupported',
        `this kernel was built without what ${resource} limits: ${untried.map(({ text }) => text).join('; ')}`,
      );
    return { ...opened, untried };
  } catch (error) {
    object.close();
    throw error;
  }
}
