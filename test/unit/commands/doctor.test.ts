import { describe, expect, it } from '@jest/globals';
import { tellOfThisMachine, type FindingOf } from '../../../plugins/commands/doctor.js';
import type { Resource } from '../../../src/resources/index.js';

/** A machine on which a mode works for some resources alone. */
const machine =
  (...watched: readonly Resource[]): FindingOf =>
  (resource, mode) =>
    watched.includes(resource) && (mode === 'auto' || mode === 'tracepoint')
      ? { takes: 'tracepoint' }
      : { problem: 'it cannot be seen' };

const services = (...resources: readonly Resource[]) => resources.map((resource) => ({ resource }));

describe('what doctor says of a machine', () => {
  it.each<[boolean, Resource[], Resource[] | undefined]>([
    [true, ['nofile'], undefined],
    [false, ['msgqueue'], undefined],
    [true, ['nofile'], ['nofile']],
    [true, ['msgqueue'], ['msgqueue', 'msgqueue']],
    [false, ['nofile'], ['msgqueue']],
    [false, ['nofile', 'as'], ['nofile', 'msgqueue', 'as']],
  ])('is %s if a mode works for %j, and the file has services of %j', (isWell, watched, wanted) => {
    const lines: string[] = [];
    const finding = machine(...watched);
    expect(tellOfThisMachine(wanted && services(...wanted), finding, (line) => lines.push(line))).toBe(
      isWell,
    );
    const missing = (wanted ?? []).filter((resource) => !watched.includes(resource));
    expect(lines.filter((line) => line.startsWith('file '))).toEqual(
      missing.map(
        (resource) => `file        has services of ${resource}, which cannot be watched: it cannot be seen`,
      ),
    );
  });
});
