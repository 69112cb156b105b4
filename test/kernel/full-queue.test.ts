/** What the kernel leaves to user space to do is not lost where there is no room to tell of it. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import {
  type OpenOptions,
  parseLevel,
  type RlimitEvent,
  RlimitEvents,
} from '../../src/rlimit-events/index.js';
import { byHand } from '../support/by-hand.js';
import { CWorker } from '../support/c-worker.js';
import { holdLock } from '../support/held-lock.js';
import { mapNamed, update } from '../support/own-maps.js';
import { Recorder } from '../support/recorder.js';
import { attachMode, seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

const COUNT = 20;
const QUEUE_BYTES = 4096;
/** Twice as many crossings, which the queue has no room for. */
const MANY = 100;
/** In so many everything is told: what is done after one is told by the next. */
const READINGS = 4;
const PAGE = 4096;
/** Each maps its program and its libraries, which the queue of memory has no room for. */
const CHILDREN = 10;

describe('a full queue', () => {
  let recorder: Recorder;
  let read: () => void;
  let flood: CWorker;
  let worker: CWorker | undefined;

  beforeEach(async () => {
    const hand = byHand();
    recorder = new Recorder({ queueBytes: QUEUE_BYTES, watchFd: hand.watchFd });
    read = () => {
      for (let i = 0; i < READINGS; i++) hand.read();
    };
    flood = await CWorker.start('flood', { parameters: [COUNT] });
    recorder.watch(flood.pid, COUNT + 1);
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await Promise.all([flood.end(), worker?.end()]);
  });

  const fill = async () => {
    await flood.ask(String(MANY));
  };

  it('loses nobody who could not be matched when he came to match', async () => {
    const name = `full-${process.pid}`;
    worker = await CWorker.start('chameleon', { parameters: [COUNT] });
    recorder.group('named', [COUNT + 1]).match({ kind: 'command', name });
    // So it has a subject, and is in no group.
    recorder.watch(worker.pid, 1000);
    recorder.descriptor.unwatch(worker.pid, 'nofile');
    const giveBack = holdLock(worker.pid);
    await fill();
    await worker.ask(`rename ${name}`);
    giveBack();
    read();
    expect(recorder.losses).toHaveLength(1);
    await worker.ask('open 1');
    read();
    expect(recorder.way(worker.pid)).toEqual([
      `regrouped ${COUNT} in named`,
      `up ${COUNT + 1} ${COUNT + 1} in named`,
    ]);
  });

  it('loses nobody whom a process shares its descriptor table with that comes into a group', async () => {
    worker = await CWorker.start('child');
    await worker.ask('files');
    const count = await worker.askNumber('open 0');
    const group = recorder.group('sharing', [count + 1], { inherit: false });
    await fill();
    group.add(worker.pid);
    read();
    expect(recorder.losses).toHaveLength(1);
    await worker.ask('child open 1');
    read();
    expect(recorder.way(worker.pid)).toEqual([`up ${count + 1} ${count + 1} in sharing`]);
  });

  it('counts as lost what was to be told to somebody, and nothing else', async () => {
    worker = await CWorker.start('chameleon', { parameters: [COUNT] });
    await fill();
    // The limit that it has: nothing has changed, but somebody has to look.
    execFileSync('prlimit', [`--pid=${worker.pid}`, '--nofile=1024:1024']);
    read();
    const [loss] = recorder.losses;
    expect(loss?.count).toBe(2 * MANY - recorder.of('level').length);
  });
});

describe('a loss', () => {
  const events: RlimitEvent[] = [];
  const descriptors: number[] = [];
  let descriptor: RlimitEvents;
  let onState: () => void = () => undefined;

  afterEach(() => {
    descriptor.close();
    for (const each of descriptors.splice(0)) closeSync(each);
    events.length = 0;
  });

  const openOne = () => {
    descriptors.push(openSync('/dev/null', 'r'));
  };

  /** Crosses the level of this process more often than the queue has room for, and stays above it. */
  const cross = () => {
    for (const each of descriptors.splice(0)) closeSync(each);
    for (let i = 0; i < MANY; i++) closeSync(openSync('/dev/null', 'r'));
    openOne();
  };

  /** This process does that when it is told of something of this type for the first time. */
  const crossAt = (type: RlimitEvent['type'], options: OpenOptions) => {
    descriptor = new RlimitEvents(
      (event) => {
        if (event.type === type && !events.some((other) => other.type === type)) cross();
        events.push(event);
        if (event.type === 'state') onState();
      },
      { attach: attachMode, queueBytes: QUEUE_BYTES, ...options },
    );
    // Among these is what the folder is read by.
    const levels = [parseLevel(String(readdirSync('/proc/self/fd').length))];
    descriptor.watch(process.pid, { resource: 'nofile', levels, inherit: false });
  };

  const places = (type: RlimitEvent['type']) =>
    events.flatMap((event, place) => (event.type === type ? [place] : []));

  it('is told after all that came before it, whatever is told meanwhile, and the state after that', async () => {
    const { watchFd, read } = byHand();
    const worker = await CWorker.start('chameleon');
    // After the queues have been read, and before the second resource is asked what it has lost.
    crossAt('state', { resources: ['as', 'nofile'], watchFd });
    descriptor.watch(worker.pid, { resource: 'as', levels: [], step: PAGE });
    for (let i = 0; i < CHILDREN; i++) await worker.ask('run /bin/true 0');
    for (let i = 0; i < READINGS; i++) read();
    await worker.end();
    expect(places('lost')).toHaveLength(2);
    expect(places('state')).toHaveLength(2);
    expect(Math.max(...places('level'))).toBeLessThan(Math.max(...places('lost')));
  });

  it('is told if the queue has become full while it was read', async () => {
    const isTold = new Promise<void>((resolve) => {
      onState = resolve;
    });
    crossAt('level', {});
    openOne();
    await isTold;
    expect(places('lost')).toHaveLength(1);
    expect(Math.max(...places('level'))).toBeLessThan(Math.max(...places('lost')));
  });
});

describe('a table of calls under way that is full', () => {
  /** `setting_limit` (bpf/hooks/functions.bpf.h) */
  const CALLS = 4096;
  /** No thread has such a number. */
  const NOBODY = 0xf000_0000;
  const fill = (map: string) => {
    const calls = Array.from({ length: CALLS }, (_, call) => {
      const key = Buffer.alloc(8);
      key.writeUInt32LE(NOBODY + call);
      return { key, value: Buffer.alloc(4) };
    });
    update(map, calls);
  };

  // The other modes need no such table.
  (attachMode === 'kprobe' ? it : it.skip)(
    'is told at once, though there is nothing else to tell',
    async () => {
      const recorder = new Recorder();
      const worker = await CWorker.start('chameleon', { parameters: [COUNT] });
      try {
        recorder.watch(worker.pid, 1000);
        fill(mapNamed('setting_limit') ?? '');
        await worker.ask('limit 512');
        await recorder.until(() => recorder.of('state').length > 0);
        expect(recorder.losses).toMatchObject([{ count: 1, places: { limitCalls: 1 } }]);
        expect(recorder.of('state')).toMatchObject([{ processes: [{ pid: worker.pid, limit: 512 }] }]);
      } finally {
        recorder.descriptor.close();
        await worker.end();
      }
    },
  );
});
