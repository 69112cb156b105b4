import type * as z from 'zod';
import { MAX_LEVELS, type Level } from 'rlimit-events';
import { levelsOf } from '../../services/index.js';
import type { Service } from '../config.js';

/** Refuses services that ask the kernel for more levels on the same processes than it takes. */
export function fewEnoughLevels(list: readonly Service[], context: z.RefinementCtx): void {
  const bySelector = new Map<string, Set<string>>();
  for (const [index, service] of list.entries()) {
    const selector = JSON.stringify([service.resource, service.process]);
    const before = bySelector.get(selector) ?? new Set();
    const levels = new Set([...before, ...levelsIn(service).map((level) => JSON.stringify(level))]);
    bySelector.set(selector, levels);
    if (levels.size <= MAX_LEVELS) continue;
    const message = `brings its processes to ${levels.size} levels, with the services before; the kernel takes ${MAX_LEVELS}, write a greater report_every or fewer services`;
    context.addIssue({ code: 'custom', path: [index], message });
    return;
  }
}

function levelsIn({ thresholds: { warning, critical }, reportEvery }: Service): Level[] {
  const ranges = [warning, critical].filter((range) => range !== undefined);
  return [...levelsOf(...ranges), ...(reportEvery?.kind === 'share' ? sharesEvery(reportEvery.percent) : [])];
}

/** Each multiple of the share up to the whole limit, in hundredths of a percent to be exact. */
function sharesEvery(percent: number): Level[] {
  const step = Math.round(percent * 100);
  return Array.from({ length: Math.floor(10_000 / step) }, (_, index) => ({
    kind: 'share',
    percent: ((index + 1) * step) / 100,
    above: false,
  }));
}
