import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { parseLevel } from '../../src/rlimit-events/index.js';
import { Recorder } from '../support/recorder.js';
import { Worker } from '../support/worker.js';

describe('levels of open files', () => {
  let recorder: Recorder;
  let worker: Worker;

  beforeEach(async () => {
    recorder = new Recorder();
    worker = await Worker.start(100);
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  const watch = (...levels: string[]) =>
    recorder.descriptor.watch(worker.pid, {
      resource: 'nofile',
      levels: levels.map((text) => parseLevel(text)),
    });

  const crossingsAtEnd = async () => {
    await worker.end();
    await recorder.ended(worker.pid);
    return recorder.crossings(worker.pid);
  };

  it('answers with the value and the limit that the process has', async () => {
    const { count } = await worker.do('open 7');
    expect(watch('50')).toEqual({
      pid: worker.pid,
      resource: 'nofile',
      name: 'fd-worker',
      value: count,
      limit: 100,
      tag: '',
      groups: [],
    });
  });

  it('tells "up" when the value reaches a level, and "down" when it falls below', async () => {
    watch('10', '20');
    const { count } = await worker.do('open 0');
    await worker.do(`open ${9 - count}`);
    await worker.do('open 1');
    await worker.do('open 10');
    await worker.do('close 1');
    await worker.do('close 10');
    expect(await crossingsAtEnd()).toEqual(['up 10 10', 'up 20 20', 'down 20 19', 'down 10 9']);
  });

  it('tells nothing of a level that was reached before', async () => {
    await worker.do('open 30');
    watch('20');
    await worker.do('open 10');
    expect(await crossingsAtEnd()).toEqual([]);
  });

  it('tells of a level that is a share of the soft limit, and follows the limit', async () => {
    const { count } = await worker.do('open 40');
    watch('50%');
    await worker.do('limit 60');
    await worker.do('limit 90');
    expect(await crossingsAtEnd()).toEqual([`up 30 ${count}`, `down 45 ${count}`]);
    expect(recorder.of('limit-changed').map(({ oldLimit, limit }) => [oldLimit, limit])).toEqual([
      [100, 60],
      [60, 90],
    ]);
  });

  it('follows a limit that another process has set', async () => {
    await worker.do('open 40');
    watch('50%');
    expect(spawnSync('prlimit', [`--pid=${worker.pid}`, '--nofile=60:100']).status).toBe(0);
    await recorder.until(() => recorder.of('level').length === 1);
    expect(recorder.of('limit-changed')).toMatchObject([{ oldLimit: 100, limit: 60 }]);
    expect(recorder.of('level')).toMatchObject([{ direction: 'up', level: 30, limit: 60 }]);
  });

  it.each([
    [50, false, 35],
    [50, true, 36],
    [33.34, false, 24],
    [33.34, true, 24],
    [99.99, false, 70],
    [100, false, 70],
    [100, true, null],
  ])('takes %d%% of 70, exceeded %p, for the level %p', async (percent, above, level) => {
    await worker.do('limit 70');
    const { value } = recorder.descriptor.watch(worker.pid, {
      resource: 'nofile',
      levels: [{ kind: 'share', percent, above }],
    });
    await worker.do(`open ${70 - value}`);
    expect(await crossingsAtEnd()).toEqual(level === null ? [] : [`up ${level} ${level}`]);
  });

  it('tells when the process ends, and knows it no more', async () => {
    watch('20');
    await crossingsAtEnd();
    expect(recorder.of('process-ended')).toHaveLength(1);
    expect(recorder.descriptor.report()).toEqual([]);
  });

  it('gives times that the wall clock would give', async () => {
    watch('10');
    const before = Date.now();
    await worker.do('open 10');
    await recorder.until(() => recorder.of('level').length === 1);
    const [event] = recorder.of('level');
    expect(event?.time).toBeGreaterThan(before - 2);
    expect(event?.time).toBeLessThan(Date.now() + 2);
  });

  it('refuses a process that does not exist', () => {
    expect(() =>
      recorder.descriptor.watch(2 ** 22 + 1, { resource: 'nofile', levels: [parseLevel('5')] }),
    ).toThrow('there is no process 4194305');
  });
});
