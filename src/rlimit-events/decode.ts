import type { RlimitEvent } from './events.js';
import type { Resource } from '../resources/index.js';
import type { RawEvent } from './layout/index.js';
import type { LevelSet } from './level-sets.js';

/** The event that a record of the kernel stands for; undefined for one that only wakes the reader. */
export function toEvent(
  resource: Resource,
  raw: RawEvent,
  set: LevelSet | undefined,
  groups: readonly string[],
  time: number,
): RlimitEvent | undefined {
  const { pid, value, limit, name } = raw;
  const tag = set?.tag ?? '';
  const subject = { pid, tag, groups, resource, value, limit, time };
  const direction = raw.other === 1 ? 'up' : 'down';
  switch (raw.type) {
    case 'level': {
      const asked = set?.levels[raw.index]?.level;
      if (!asked)
        throw new Error(`the kernel told of level ${raw.index} of set ${raw.set}, which is not there`);
      const level = asked.kind === 'share' && limit === Infinity ? Infinity : raw.level;
      return { type: 'level', ...subject, level, asked, direction };
    }
    case 'step':
      return {
        type: 'step',
        ...subject,
        step: set?.step ?? 0,
        direction,
        level: raw.level,
        crossed: raw.crossed,
      };
    case 'limit-changed':
      return { type: 'limit-changed', ...subject, oldLimit: raw.level };
    case 'process-started':
      return { type: 'process-started', ...subject, parent: raw.other, name };
    case 'process-executed':
      return { type: 'process-executed', ...subject, name };
    case 'process-regrouped':
      return { type: 'process-regrouped', ...subject, name };
    case 'process-ended':
      return { type: 'process-ended', pid, tag, groups, resource, time };
    case 'wake':
      return undefined;
  }
}
