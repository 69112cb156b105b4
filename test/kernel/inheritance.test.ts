import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseLevel } from '../../src/rlimit-events/index.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { toldWays } from '../support/walks.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

const COUNT = 20;
const LEVELS = [COUNT + 1, COUNT + 2].map((level) => parseLevel(String(level)));
const BIRTHS = ['fork', 'vfork', 'clone3', 'posix_spawn'];

describe('a child', () => {
  let recorder: Recorder;
  let births: CWorker;

  beforeEach(async () => {
    recorder = new Recorder();
    births = await CWorker.start('births', { parameters: [COUNT] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await births.end();
  });

  /** The parent, and the pids of a child and a grandchild that are born, open one descriptor and end. */
  const bear = async (how: string) => {
    const [child = 0, grandchild = 0] = (await births.ask(how)).split(' ').map(Number);
    await births.end();
    await recorder.ended(births.pid);
    return { parent: births.pid, child, grandchild };
  };

  it.each(BIRTHS)('of %s is watched from its birth to its end, and so is its child', async (how) => {
    recorder.descriptor.watch(births.pid, { resource: 'nofile', levels: LEVELS, tag: 'family' });
    const { parent, child, grandchild } = await bear(how);

    const exec = (count: number) => (how === 'posix_spawn' ? [`exec ${count}`] : []);
    expect(toldWays(recorder.events)).toEqual(
      new Map([
        [child, [`start 20 ${parent}`, ...exec(20), 'up 21 21', 'end']],
        [grandchild, [`start 21 ${child}`, ...exec(21), 'up 22 22', 'end']],
        [parent, ['end']],
      ]),
    );
    expect(recorder.events.every((event) => 'tag' in event && event.tag === 'family')).toBe(true);
  });

  it.each(BIRTHS)('of %s is not watched where the levels are not inherited', async (how) => {
    recorder.descriptor.watch(births.pid, { resource: 'nofile', levels: LEVELS, inherit: false });
    const { parent } = await bear(how);
    expect(toldWays(recorder.events)).toEqual(new Map([[parent, ['end']]]));
  });

  it('has no levels where its parent has none any more', async () => {
    const witness = await CWorker.start('flood');
    recorder.descriptor.watch(births.pid, { resource: 'nofile', levels: LEVELS });
    recorder.watch(witness.pid, COUNT);
    recorder.descriptor.unwatch(births.pid, 'nofile');
    await births.ask('fork');
    await witness.end();
    await recorder.ended(witness.pid);
    expect(toldWays(recorder.events)).toEqual(new Map([[witness.pid, ['end']]]));
  });
});
