import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseLevel } from '../../src/rlimit-events/index.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { difference, toldWays, unlessToldAsLost, Walker, type Ways } from '../support/walks.js';
import { attachMode, looksOncePerSystemCall, operations, seconds } from '../support/where.js';

const LEVELS = [12, 20, 21, 64, 100];
/**
 * Many more than there are processors: each is preempted all the time, wherever the kernel does that. Half of them are
 * of 32 bits.
 */
const WALKERS = 32;
/** A million in all, or 64,000. */
const STEPS = operations(31_250, 2_000);

/** A pause in microseconds, and a real-time priority. */
const CROWD = [
  [0, 0],
  [200, 0],
  [1000, 0],
  [700, 1],
  [300, 2],
] as const;

describe('many processes that walk at once, among others that pause and some that are real-time', () => {
  let recorder: Recorder;
  const walkers: Walker[] = [];
  const others: CWorker[] = [];

  beforeEach(async () => {
    recorder = new Recorder({ queueBytes: 64 * 1024 * 1024 });
    for (const parameters of CROWD) others.push(await CWorker.start('crowd', { parameters }));
  }, seconds(30));

  afterEach(async () => {
    recorder.descriptor.close();
    for (const other of others.splice(0)) await other.end();
    for (const walker of walkers.splice(0)) await walker.end();
  });

  /** All of them walk at the same time; what each of them did. */
  const walk = async (): Promise<Ways> => {
    for (let seed = 0; seed < WALKERS; seed++) {
      const bits = seed % 2 === 0 ? 64 : 32;
      const walker = await Walker.start({ steps: STEPS, seed, execs: 700, levels: LEVELS, bits });
      walkers.push(walker);
      recorder.descriptor.watch(walker.worker.pid, {
        resource: 'nofile',
        levels: LEVELS.map((level) => parseLevel(String(level))),
      });
    }
    const ways = await Promise.all(walkers.map((walker) => walker.go()));
    return new Map(ways.flatMap((each) => [...each]));
  };

  const allHaveEnded = async () => {
    for (const { worker } of walkers) await recorder.ended(worker.pid);
  };

  it(
    'are told exactly, and no program was skipped; or in a mode that was forced this is told',
    async () => {
      const truth = await walk();
      await allHaveEnded();
      recorder.descriptor.check();
      if (recorder.descriptor.mayMiss === undefined) expect(recorder.losses).toEqual([]);
      else expect(attachMode).not.toBe('auto');
      expect(unlessToldAsLost(recorder, truth, looksOncePerSystemCall())).toBeUndefined();
      expect(recorder.descriptor.report()).toEqual([]);
    },
    seconds(60),
  );

  it(
    'are told exactly, or what was missed is told, while somebody writes to BPF maps without a pause',
    async () => {
      others.push(await CWorker.start('map-updater', { parameters: [0] }));
      others.push(await CWorker.start('map-updater', { parameters: [200] }));
      const truth = await walk();
      recorder.descriptor.check();
      await recorder.upToDate();
      const lost = recorder.of('lost').reduce((sum, { missedLooks }) => sum + missedLooks, 0);
      const told = toldWays(recorder.events.filter(({ type }) => type !== 'lost' && type !== 'state'));
      // Who was asked to end, so that everything before is here, has told no more than that.
      const ofWalkers = new Map([...told].filter(([pid, way]) => truth.has(pid) || way.join() !== 'end'));
      const parted = difference(ofWalkers, truth, looksOncePerSystemCall());
      if (lost === 0) expect(parted).toBeUndefined();
      // Whoever was walking is known to have ended, in either case.
      expect(recorder.descriptor.report().filter(({ pid }) => truth.has(pid))).toEqual([]);
    },
    seconds(60),
  );
});
