import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { availableParallelism } from 'node:os';
import type { Level } from '../../../src/rlimit-events/index.js';
import { CWorker } from '../../support/c-worker.js';
import { Recorder } from '../../support/recorder.js';
import { operations, seconds } from '../../support/where.js';

jest.setTimeout(seconds(60));

const resource = 'rss';
const MIB = 2 ** 20;
const PAGE = 4096;
/**
 * What the kernel may not have added up yet, of files, anonymous and shared memory each: until 6.1 it does so after
 * 64 faults of a thread, and from 6.2 on when a CPU has twice as many pages as there are CPUs, and 32 at least.
 */
const BATCH = 3 * PAGE * Math.max(64, availableParallelism() * Math.max(32, 2 * availableParallelism()));

describe('resident memory', () => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({ resources: [resource] });
    worker = await CWorker.start('resident', { parameters: [64] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  const near = (value: number, truth: number) => Math.abs(value - truth) <= BATCH;

  it('is told at each level that it passes, up and down', async () => {
    const { pid } = worker;
    const start = await worker.askNumber('touch 1');
    const levels = [8, 16, 24, 32].map((mib): Level => ({ kind: 'value', value: start + (mib + 2) * MIB }));
    const heights = levels.map((level) => (level.kind === 'value' ? level.value : NaN));
    expect(near(recorder.descriptor.watch(pid, { resource, levels }).value, start)).toBe(true);

    const expected: string[] = [];
    let before = start;
    for (const command of ['touch 12', 'touch 8', 'drop 16', 'touch 32', 'drop 36']) {
      const now = await worker.askNumber(command);
      const up = heights.filter((level) => before < level && level <= now).map((level) => `up ${level}`);
      const down = heights.filter((level) => now < level && level <= before).map((level) => `down ${level}`);
      expected.push(...up, ...down.reverse());
      before = now;
    }
    await recorder.until(() => recorder.of('level').length >= expected.length);
    const told = recorder.of('level');
    expect(told.map(({ direction, level }) => `${direction} ${level}`)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(10);
    // Each as it happened, not when the process did something else: a page more or less, and the kernel's batches.
    for (const { direction, value, level } of told)
      expect(Math.abs(value - level)).toBeLessThanOrEqual(direction === 'up' ? BATCH : 36 * MIB);
    const reported = recorder.descriptor.report().find((each) => each.pid === pid)?.value ?? NaN;
    expect(near(reported, before)).toBe(true);
  });

  it('is told where it has come to when threads have moved it up and down at once', async () => {
    const { pid } = worker;
    const start = await worker.askNumber('storm 2');
    const heights = [2, 3, 4].map((mib) => start + mib * MIB);
    recorder.descriptor.watch(pid, {
      resource,
      levels: heights.map((value): Level => ({ kind: 'value', value })),
    });
    const directionsOf = (height: number) =>
      recorder
        .of('level')
        .filter(({ level }) => level === height)
        .map(({ direction }) => direction);
    // All that was touched is there after an odd number of turns, and nothing of it after an even one.
    const turns = operations(300, 40);
    for (const [count, direction] of [
      [turns + 1, 'up'],
      [turns, 'down'],
      [1, 'up'],
      [2, 'down'],
    ] as const) {
      await worker.ask(`storm ${count}`);
      await recorder.until(() => heights.every((height) => directionsOf(height).at(-1) === direction));
    }
    for (const directions of heights.map(directionsOf)) {
      expect(directions.every((direction, i) => direction === (i % 2 === 0 ? 'up' : 'down'))).toBe(true);
      expect(directions.length).toBeGreaterThanOrEqual(4);
    }
  });
});
