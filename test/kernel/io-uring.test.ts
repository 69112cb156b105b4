import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { looksOncePerSystemCall, seconds } from '../support/where.js';

jest.setTimeout(seconds(30));

const OPENS = 20;
/** How far the clock of the events may be off, in milliseconds. */
const CLOCKS = 4;

const isToldLater = looksOncePerSystemCall();

/** Where io_uring is switched off this fails: the worker says so. */
describe('descriptors that io_uring opens with no system call at the end', () => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder();
    worker = await CWorker.start('uring');
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  const open = async (): Promise<{ count: number; quietUntil: number }> => {
    const [count = 0, nanoseconds = 0] = (await worker.ask(`open ${OPENS}`)).split(' ').map(Number);
    const origin = Date.now() - Number(process.hrtime.bigint()) / 1e6;
    return { count, quietUntil: origin + nanoseconds / 1e6 };
  };

  it(
    isToldLater
      ? 'are told at the next system call, whatever it is'
      : 'are told as they are opened, before the process makes another system call',
    async () => {
      const { value } = recorder.watch(worker.pid, 1000);
      const level = value + OPENS;
      recorder.watch(worker.pid, level);
      const { count, quietUntil } = await open();
      expect(count).toBe(level);
      await recorder.until(() => recorder.of('level').length > 0);
      const [event] = recorder.of('level');
      expect(event).toMatchObject({ direction: 'up', level, value: level });
      if (!isToldLater) expect(event?.time).toBeLessThan(quietUntil - CLOCKS);
    },
  );

  it('are told of a process that used io_uring before it was watched', async () => {
    await open();
    const { value } = recorder.watch(worker.pid, 1000);
    recorder.watch(worker.pid, value + OPENS);
    await open();
    await recorder.until(() => recorder.of('level').length > 0);
    expect(recorder.crossings(worker.pid)).toEqual([`up ${value + OPENS} ${value + OPENS}`]);
  });
});
