import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseLevel } from '../../src/rlimit-events/index.js';
import { Recorder } from '../support/recorder.js';
import { Worker } from '../support/worker.js';

const LEVELS = [12, 20, 21, 64, 65, 100, 150, 256];

describe('a random walk of 20,000 operations on descriptors', () => {
  let recorder: Recorder;
  let worker: Worker;

  beforeEach(async () => {
    recorder = new Recorder({ queueBytes: 16 * 1024 * 1024 });
    worker = await Worker.start(1024);
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  it.each([1, 2, 3])('gives exactly the crossings that counting after each gives (seed %d)', async (seed) => {
    recorder.descriptor.watch(worker.pid, {
      resource: 'nofile',
      levels: LEVELS.map((level) => parseLevel(String(level))),
    });
    const { crossings } = await worker.do(`walk 20000 ${seed} ${LEVELS.join(' ')}`);
    await worker.end();
    await recorder.ended(worker.pid);

    for (const level of LEVELS)
      expect(crossings.filter((line) => line.includes(` ${level} `))).not.toHaveLength(0);
    expect(recorder.of('lost')).toEqual([]);
    expect(recorder.crossings(worker.pid)).toEqual(crossings);
  });
});
