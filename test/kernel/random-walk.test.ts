import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseLevel } from '../../src/rlimit-events/index.js';
import { Recorder } from '../support/recorder.js';
import { unlessToldAsLost, Walker, type Walk } from '../support/walks.js';
import { looksOncePerSystemCall, operations, seconds } from '../support/where.js';

const LEVELS = [12, 20, 21, 64, 65, 100, 150, 256];

/** 1,000,000 operations in all, 100,000 where the machine is emulated. */
const WALKS: [string, Omit<Walk, 'levels'>][] = [
  ['one thread', { steps: operations(200_000, 20_000), seed: 1 }],
  ['one thread of 32 bits', { steps: operations(100_000, 10_000), seed: 6, bits: 32 }],
  ['threads that take turns', { steps: operations(200_000, 20_000), seed: 2, threads: 4 }],
  ['forks', { steps: operations(200_000, 20_000), seed: 3, forks: 1000 }],
  ['execs', { steps: operations(100_000, 10_000), seed: 4, execs: 200 }],
  ['all of these', { steps: operations(100_000, 10_000), seed: 5, threads: 3, forks: 1000, execs: 200 }],
  [
    'all of these, of 32 bits',
    { steps: operations(100_000, 10_000), seed: 7, threads: 3, forks: 1000, execs: 200, bits: 32 },
  ],
];

describe('a random walk over descriptors tells exactly the true crossings', () => {
  let recorder: Recorder;
  let walker: Walker | undefined;

  beforeEach(() => {
    recorder = new Recorder({ queueBytes: 64 * 1024 * 1024 });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await walker?.end();
  });

  it.each(WALKS)(
    'of %s (%o)',
    async (_name, walk) => {
      walker = await Walker.start({ ...walk, levels: LEVELS });
      const { pid } = walker.worker;
      recorder.descriptor.watch(pid, {
        resource: 'nofile',
        levels: LEVELS.map((level) => parseLevel(String(level))),
      });
      const truth = await walker.go();
      await recorder.ended(pid);

      for (const level of LEVELS)
        expect([...truth.values()].flat().some((line) => line.includes(` ${level} `))).toBe(true);
      const exactValues = looksOncePerSystemCall() && (walk.threads ?? 1) === 1;
      expect(unlessToldAsLost(recorder, truth, exactValues)).toBeUndefined();
      expect(recorder.descriptor.report()).toEqual([]);
    },
    seconds(60),
  );
});
