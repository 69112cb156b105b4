import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseLevel } from '../../src/rlimit-events/index.js';
import { Recorder } from '../support/recorder.js';
import { looksOncePerSystemCall } from '../support/where.js';
import { Worker } from '../support/worker.js';

/** Row by row the interface of the original rlimit-events (2017), by the names it had there. */
describe('the interface of the original', () => {
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

  const add = (level: string, options?: { inherit: boolean }) =>
    recorder.descriptor.addLevel(worker.pid, 'nofile', parseLevel(level), options);
  const list = () => recorder.descriptor.levels(worker.pid, 'nofile');
  const crossingsAtEnd = async () => {
    await worker.end();
    await recorder.ended(worker.pid);
    return recorder.crossings(worker.pid);
  };

  it('RLIMIT_ADD_NOTI_LVL: adds a level to the others, and answers with the current value', async () => {
    const { count } = await worker.do('open 20');
    expect(add('30')).toMatchObject({ pid: worker.pid, value: count, limit: 100 });
    const more = await worker.do('open 10');
    expect(add('50%')).toMatchObject({ value: more.count });
    await worker.do(`open ${60 - more.count}`);
    expect(await crossingsAtEnd()).toEqual([`up 30 30`, 'up 50 50']);
  });

  it('RLIMIT_ADD_NOTI_LVL: adding one level does not disturb another that is being crossed', async () => {
    add('30');
    await worker.do('open 40');
    add('20');
    await worker.do('close 40');
    await worker.end();
    await recorder.ended(worker.pid);
    expect(recorder.of('level').map(({ direction, level }) => `${direction} ${level}`)).toEqual([
      'up 30',
      'down 30',
      'down 20',
    ]);
  });

  it('RLIMIT_RM_NOTI_LVL: removes one level', async () => {
    add('20');
    add('30');
    recorder.descriptor.removeLevel(worker.pid, 'nofile', parseLevel('20'));
    await worker.do('open 40');
    expect(await crossingsAtEnd()).toEqual(['up 30 30']);
  });

  it('RLIMIT_RM_NOTI_LVL: refuses to remove what is not there', () => {
    add('20');
    expect(() => recorder.descriptor.removeLevel(worker.pid, 'nofile', parseLevel('21'))).toThrow(
      `process ${worker.pid} has no level 21`,
    );
  });

  it('CLEAR_NOTI_ALL: removes all of a process, which is not watched any more', async () => {
    add('20');
    add('30');
    recorder.descriptor.unwatch(worker.pid, 'nofile');
    expect(list()).toEqual([]);
    expect(recorder.descriptor.report()).toEqual([]);
    const other = await Worker.start(100);
    recorder.descriptor.watch(other.pid, { resource: 'nofile', levels: [] });
    await worker.do('open 40');
    await worker.end();
    await other.end();
    await recorder.ended(other.pid);
    expect(recorder.events.filter((event) => 'pid' in event && event.pid === worker.pid)).toEqual([]);
  });

  it('CLEAR_NOTI_ALL: it can be watched again', async () => {
    add('20');
    recorder.descriptor.unwatch(worker.pid, 'nofile');
    await worker.do('open 20');
    add('30');
    await worker.do('open 20');
    expect(await crossingsAtEnd()).toEqual(['up 30 30']);
  });

  it('RLIMIT_SET_NOTI_ALL: every unit of change is an event', async () => {
    const { value } = recorder.descriptor.setStep(worker.pid, 'nofile', 1);
    await worker.do('open 3');
    await worker.do('close 2');
    await worker.end();
    await recorder.ended(worker.pid);
    expect(
      recorder.of('step').map(({ direction, value: now, crossed }) => [direction, now, crossed]),
    ).toEqual([
      ['up', value + 1, 1],
      ['up', value + 2, 1],
      ['up', value + 3, 1],
      ['down', value + 2, 1],
      ['down', value + 1, 1],
    ]);
  });

  it('RLIMIT_SET_NOTI_STEP: an event every N units, beside the levels', async () => {
    const { value } = recorder.descriptor.setStep(worker.pid, 'nofile', 10);
    add('25');
    await worker.do(`open ${41 - value}`);
    await worker.do('close 12');
    await worker.end();
    await recorder.ended(worker.pid);
    const story = recorder.events.flatMap((event) =>
      event.type === 'step' || event.type === 'level'
        ? [`${event.type} ${event.direction} ${event.level}`]
        : [],
    );
    expect(story).toEqual([
      'step up 10',
      'step up 20',
      'level up 25',
      'step up 30',
      'step up 40',
      'step down 40',
      'step down 30',
    ]);
  });

  it('RLIMIT_SET_NOTI_STEP: multiples that one change crosses together are one event with their number', async () => {
    const { count } = await worker.do('open 60');
    recorder.descriptor.setStep(worker.pid, 'nofile', 10);
    await worker.do('close-all');
    await worker.end();
    await recorder.ended(worker.pid);
    const multiples = Math.floor(count / 10) - Math.floor((count - 60) / 10);
    const steps = recorder.of('step');
    expect(steps.every(({ direction }) => direction === 'down')).toBe(true);
    expect(steps.reduce((sum, { crossed }) => sum + crossed, 0)).toBe(multiples);
    expect(steps).toHaveLength(looksOncePerSystemCall() ? 1 : multiples);
  });

  it('RLIMIT_GET_NOTI_LVLS and GET_NOTI_LVL_COUNT: lists the levels from low to high, and counts them', () => {
    expect(list()).toEqual([]);
    add('50');
    add('80%');
    add('20', { inherit: false });
    expect(list()).toEqual([
      { level: { kind: 'value', value: 20 }, inherit: false },
      { level: { kind: 'value', value: 50 }, inherit: true },
      { level: { kind: 'share', percent: 80, above: false }, inherit: true },
    ]);
    expect(recorder.descriptor.levelCount(worker.pid, 'nofile')).toBe(3);
  });

  it('adds the same level once only', async () => {
    add('20', { inherit: false });
    add('20');
    expect(list()).toEqual([{ level: { kind: 'value', value: 20 }, inherit: true }]);
    await worker.do('open 30');
    expect(await crossingsAtEnd()).toEqual(['up 20 20']);
  });

  it('RLIMIT_FLAG_NO_INHERIT: a child has the other levels only', async () => {
    add('20', { inherit: false });
    add('30');
    await worker.do('fork 40');
    await worker.end();
    await recorder.ended(worker.pid);
    expect(recorder.of('process-started')).toMatchObject([{ parent: worker.pid }]);
    const [child] = recorder.of('process-started');
    expect(recorder.crossings(child?.pid ?? 0)).toEqual(['up 30 30']);
  });

  it('RLIMIT_FLAG_NO_INHERIT: without a level that is inherited a child is not watched at all', async () => {
    add('20', { inherit: false });
    await worker.do('fork 40');
    await worker.end();
    await recorder.ended(worker.pid);
    expect(recorder.of('process-started')).toEqual([]);
    expect(recorder.of('level')).toEqual([]);
  });
});
