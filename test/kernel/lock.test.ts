/** A processor can be taken away from who looks, by a hypervisor or by the kernel: others wait for the lock in vain. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CWorker } from '../support/c-worker.js';
import { holdLock } from '../support/held-lock.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(5));

const COUNT = 20;

describe('a process at which somebody looks for long', () => {
  let recorder: Recorder;
  let flood: CWorker;
  let giveBack: () => void;

  beforeEach(async () => {
    recorder = new Recorder();
    flood = await CWorker.start('flood', { parameters: [COUNT] });
    recorder.watch(flood.pid, COUNT + 1);
    giveBack = holdLock(flood.pid);
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await flood.end();
  });

  it('is told as missed if it crosses a level and back meanwhile, on every kernel', async () => {
    await flood.ask('1');
    giveBack();
    await recorder.until(() => recorder.of('lost').length > 0);
    expect(recorder.of('level')).toEqual([]);
    expect(recorder.of('lost')[0]).toMatchObject({ count: 0, unwatchedChildren: 0 });
    expect(recorder.of('lost').map(({ places }) => Object.keys(places))).toContainEqual(['lock']);
    await flood.ask('1');
    await recorder.until(() => recorder.of('level').length === 2);
    expect(recorder.of('level').map(({ direction }) => direction)).toEqual(['up', 'down']);
  });

  it('is not told as missed since the agent asks where it is', async () => {
    expect(recorder.descriptor.report()).toMatchObject([{ pid: flood.pid, value: COUNT }]);
    giveBack();
    await recorder.upToDate();
    expect(recorder.of('lost')).toEqual([]);
  });
});
