import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { release } from 'node:os';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(5));

const MAPS = 5;
/** Programs that make system calls came with 5.14. */
const isThere = !/^5\.(?:10|11|12|13)\./.test(release());

let recorder: Recorder;

beforeEach(() => {
  recorder = new Recorder();
});

afterEach(() => {
  recorder.descriptor.close();
});

(isThere ? it : it.skip)('tells of the maps that a program makes within one bpf(2)', async () => {
  const worker = await CWorker.start('light-skeleton', { parameters: [MAPS] });
  const { value } = recorder.watch(worker.pid, 1000);
  recorder.watch(worker.pid, value + MAPS);
  for (const time of ['once', 'again']) expect(await worker.ask(time)).toBe('done');
  await worker.end();
  await recorder.ended(worker.pid);
  const level = value + MAPS;
  expect(recorder.crossings(worker.pid)).toEqual(
    ['once', 'again'].flatMap(() => [`up ${level} ${level}`, `down ${level} ${level - 1}`]),
  );
  expect(recorder.losses).toEqual([]);
});
