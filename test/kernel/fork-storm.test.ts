import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { isToldAsLost, toldWays } from '../support/walks.js';
import { seconds } from '../support/where.js';

const CHILDREN = 2000;
const COUNT = 20;

describe('a storm of 2,000 children that cross a level and end', () => {
  let recorder: Recorder;
  let storm: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({ queueBytes: 4 * 1024 * 1024 });
    storm = await CWorker.start('storm', { parameters: [CHILDREN, COUNT] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await storm.end();
  });

  it(
    'tells for each its start, one crossing and its end',
    async () => {
      recorder.watch(storm.pid, COUNT + 1, COUNT + 2);
      storm.send('go');
      expect(await storm.ended()).toBe(0);
      await recorder.ended(storm.pid);

      expect(recorder.descriptor.report()).toEqual([]);
      if (isToldAsLost(recorder)) return;
      const ways = [...toldWays(recorder.events)].filter(([pid]) => pid !== storm.pid);
      expect(ways).toHaveLength(CHILDREN);
      const way = [`start ${COUNT} ${storm.pid}`, `up ${COUNT + 1} ${COUNT + 1}`, 'end'];
      expect(ways.filter(([, told]) => told.join() !== way.join())).toEqual([]);
      expect(toldWays(recorder.events).get(storm.pid)).toEqual(['end']);
    },
    seconds(30),
  );
});
