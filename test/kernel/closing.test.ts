import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseLevel, RlimitEvents, type RlimitEvent } from '../../src/rlimit-events/index.js';
import { bpfIdsOf, isLoaded } from '../support/bpf-ids.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { attachMode, seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

const COUNT = 20;

describe('a closed descriptor', () => {
  let flood: CWorker;
  let other: Recorder;

  beforeEach(async () => {
    flood = await CWorker.start('flood', { parameters: [COUNT] });
    other = new Recorder();
  });

  afterEach(async () => {
    other.descriptor.close();
    await flood.end();
  });

  it(
    'leaves no program, map or link in the kernel',
    () => {
      const before = new Set(bpfIdsOf(process.pid).map(({ id }) => id));
      const recorder = new Recorder();
      recorder.watch(flood.pid, COUNT + 1);
      const mine = bpfIdsOf(process.pid).filter(({ id }) => !before.has(id));
      expect(new Set(mine.map(({ kind }) => kind))).toEqual(new Set(['prog', 'map', 'link']));
      recorder.descriptor.close();
      expect(bpfIdsOf(process.pid).filter(({ id }) => !before.has(id))).toEqual([]);
      // The kernel frees programs and maps a moment later, when nobody can be running them.
      let left = mine;
      while (left.length > 0) left = left.filter(isLoaded);
    },
    seconds(20),
  );

  it('tells nothing more, not even what waits to be read', async () => {
    const recorder = new Recorder();
    recorder.watch(flood.pid, COUNT + 1);
    other.watch(flood.pid, COUNT + 1);
    await flood.ask('10');
    // What the other has been told of waits here too, unless it was read already.
    const read = recorder.events.length;
    recorder.descriptor.close();
    await flood.ask('10');
    await flood.end();
    await other.ended(flood.pid);
    expect(other.of('level')).toHaveLength(40);
    expect(recorder.events).toHaveLength(read);
  });

  it('can be closed again', () => {
    const recorder = new Recorder();
    recorder.descriptor.close();
    recorder.descriptor.close();
  });

  it('refuses to watch and to report', () => {
    const recorder = new Recorder();
    recorder.descriptor.close();
    expect(() => recorder.watch(flood.pid, COUNT)).toThrow('the descriptor is closed');
    expect(() => {
      recorder.descriptor.unwatch(flood.pid, 'nofile');
    }).toThrow('the descriptor is closed');
    expect(() => recorder.descriptor.report()).toThrow('the descriptor is closed');
  });

  it('is closed at once where its listener closes it', async () => {
    const events: RlimitEvent[] = [];
    const descriptor = new RlimitEvents(
      (event) => {
        events.push(event);
        descriptor.close();
      },
      { attach: attachMode },
    );
    descriptor.watch(flood.pid, { resource: 'nofile', levels: [parseLevel(String(COUNT + 1))] });
    other.watch(flood.pid, COUNT + 1);
    await flood.ask('10');
    await flood.end();
    await other.ended(flood.pid);
    expect(other.of('level')).toHaveLength(20);
    expect(events).toHaveLength(1);
  });
});
