import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CWorker } from '../../support/c-worker.js';
import { Recorder } from '../../support/recorder.js';
import { seconds } from '../../support/where.js';

jest.setTimeout(seconds(10));

const EIGHT_GIB = 2 ** 33;

describe('steps of memory', () => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({ resources: ['as'] });
    worker = await CWorker.start('reserve');
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  it('are all in the number of one event, also when one change crosses more than 2^32', async () => {
    recorder.descriptor.watch(worker.pid, { resource: 'as', levels: [], step: 1 });
    await worker.ask(`reserve ${EIGHT_GIB}`);
    await worker.ask(`release ${EIGHT_GIB}`);
    const large = () => recorder.of('step').filter(({ crossed }) => crossed > 2 ** 32);
    await recorder.until(() => large().length === 2);
    expect(large().map(({ direction, crossed }) => [direction, crossed])).toEqual([
      ['up', EIGHT_GIB],
      ['down', EIGHT_GIB],
    ]);
  });
});
