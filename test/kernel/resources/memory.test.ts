import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Level } from '../../../src/rlimit-events/index.js';
import { CWorker } from '../../support/c-worker.js';
import { Recorder } from '../../support/recorder.js';
import { operations, seconds } from '../../support/where.js';

jest.setTimeout(seconds(60));

/** In the order of the worker's numbers. */
const RESOURCES = ['as', 'data', 'stack', 'memlock'] as const;
const STEPS = operations(20_000, 2_000);
const PAGE = 4096;
/** How far above what the process has at first, in pages. */
const DISTANCES = [1, 8, 40, 80, 81, 120, 160, 220];

describe.each([64, 32] as const)(
  'a random walk over memory of a program of %d bits tells exactly',
  (bits) => {
    let folder: string;
    let recorder: Recorder;
    let worker: CWorker;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'memory-'));
      recorder = new Recorder({
        resources: ['as', 'data', 'stack', 'memlock'],
        queueBytes: 16 * 1024 * 1024,
      });
      const fd3 = openSync(join(folder, 'truth'), 'w');
      worker = await CWorker.start('memory', { parameters: [STEPS, 1], fd3, bits });
      closeSync(fd3);
    });

    afterEach(async () => {
      recorder.descriptor.close();
      await worker.end();
      rmSync(folder, { recursive: true });
    });

    it(
      `the true crossings of each kind at once (${STEPS} steps)`,
      async () => {
        const watched = RESOURCES.map((resource) => {
          const { value } = recorder.descriptor.watch(worker.pid, { resource, levels: [], step: 2 ** 40 });
          const levels = DISTANCES.map((pages): Level => ({ kind: 'value', value: value + pages * PAGE }));
          return {
            resource,
            levels,
            value: recorder.descriptor.watch(worker.pid, { resource, levels }).value,
          };
        });
        worker.send('go');
        expect(await worker.ended()).toBe(0);
        for (const resource of RESOURCES)
          await recorder.until(() =>
            recorder
              .of('process-ended')
              .some((event) => event.resource === resource && event.pid === worker.pid),
          );

        const numbers = new BigUint64Array(new Uint8Array(readFileSync(join(folder, 'truth'))).buffer);
        expect(numbers).toHaveLength(STEPS * RESOURCES.length);
        expect(recorder.losses).toEqual([]);
        for (const [place, { resource, levels, value }] of watched.entries()) {
          const values = Array.from({ length: STEPS }, (_, step) =>
            Number(numbers[step * RESOURCES.length + place]),
          );
          const events = recorder
            .of('level')
            .filter((event) => event.resource === resource && event.pid === worker.pid);
          expect(events.filter((event) => (event.direction === 'up') !== event.value >= event.level)).toEqual(
            [],
          );
          // What mlockall(2) and munlockall(2) change may be seen mapping by mapping, with values in between.
          const seen = (crossing: string) =>
            resource === 'memlock' ? crossing.replace(/ \d+$/, '') : crossing;
          const told = events.map(({ direction, level, value: then }) =>
            seen(`${direction} ${level} ${then}`),
          );
          const truth = crossings([value, ...values], levels).map(seen);
          expect(truth.length).toBeGreaterThan(resource === 'stack' ? 10 : STEPS / 100);
          expect({ resource, differs: difference(told, truth) }).toEqual({ resource, differs: undefined });
        }
        // The children of vfork(2), which have the same memory.
        expect(recorder.of('process-started').length).toBeGreaterThan(RESOURCES.length * (STEPS / 28));
      },
      seconds(60),
    );
  },
);

function crossings(values: readonly number[], levels: readonly Level[]): string[] {
  const heights = levels.map((level) => (level.kind === 'value' ? level.value : NaN));
  return values.slice(1).flatMap((now, i) => {
    const before = values[i] ?? NaN;
    const up = heights.filter((level) => before < level && level <= now).map((level) => `up ${level} ${now}`);
    const down = heights
      .filter((level) => now < level && level <= before)
      .map((level) => `down ${level} ${now}`);
    return [...up, ...down.reverse()];
  });
}

function difference(told: readonly string[], truth: readonly string[]): string | undefined {
  const at = Array.from({ length: Math.max(told.length, truth.length) }).findIndex(
    (_, i) => told[i] !== truth[i],
  );
  if (at < 0) return undefined;
  const around = (list: readonly string[]) => list.slice(Math.max(0, at - 3), at + 4).join(', ');
  return `event ${at}: told ${around(told)}; true ${around(truth)}`;
}
