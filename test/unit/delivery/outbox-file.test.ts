import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Outbox } from '../../../src/delivery/index.js';
import { OutboxFile } from '../../../src/delivery/outbox-file.js';
import { encodeResults } from '../../../src/delivery/outbox-format.js';
import { pluginOutput } from '../../../src/services/index.js';
import { withoutDescriptors } from '../../support/few-descriptors.js';
import { SlowWrites } from '../../support/slow-writes.js';
import { FakeDestination, result } from './fake-destination.js';

/** Written by the agent of commit bcf9f1b, of services of every kind. */
const VERSION_1 = new URL('../../../../test/unit/delivery/outbox-version-1.json', import.meta.url);

describe('the file of an outbox', () => {
  let folder: string;
  let path: string;
  let warnings: string[];
  let file: OutboxFile;

  const open = () => new OutboxFile(path, (message) => warnings.push(message));
  const loaded = () => {
    const results = open().load();
    if (results instanceof Promise) throw new Error('it is here');
    return results;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    path = join(folder, 'state', 'nsca.json');
    warnings = [];
    file = open();
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const results = [
    result(1, {
      state: 'CRITICAL',
      worsened: true,
      text: 'FDS CRITICAL – größer "80%"',
      perfdata: [{ label: 'fds', value: 81, unit: '', warning: '80', min: 0 }],
      longOutput: ['more\\n'],
      worst: { process: { pid: 1, name: 'ß' }, reading: { value: 81, limit: Infinity }, resource: 'nofile' },
    }),
    result(2, { service: 'other', cause: 'heartbeat', time: 1.5e12 }),
  ];

  it('is not there at first', () => {
    expect(file.load()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('gives back what was saved, in order', async () => {
    file.save(results);
    await file.settled();
    expect(loaded()).toEqual(results);
    expect(warnings).toEqual([]);
  });

  it('of version 1, written by the agent before, gives back what that had', async () => {
    const text = readFileSync(VERSION_1, 'utf8');
    mkdirSync(join(folder, 'state'));
    writeFileSync(path, text);
    const before = (JSON.parse(text) as { results: object[] }).results;
    const now = loaded();
    const asBefore = now.map(({ host, service, state, time, cause, worsened, ...said }) => ({
      ...{ host, service, output: pluginOutput(said), state, time, cause, worsened },
    }));
    expect(asBefore).toEqual(before);
    // Each part where it belongs, and not all in the text.
    for (const { text } of now) expect(text).not.toMatch(/[|\n]/);
    expect(now[0]?.perfdata).toHaveLength(2);
    expect(now[0]?.longOutput).toHaveLength(14);

    file.save(now);
    await file.settled();
    expect(readFileSync(path, 'utf8')).toMatch(/^\{"version":2,/);
    expect(loaded()).toEqual(now);
    expect(warnings).toEqual([]);
  });

  it('is for its owner only, and alone in its folder', async () => {
    file.save(results);
    await file.settled();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'state'))).toEqual(['nsca.json']);
  });

  it('has the last of what was saved in quick succession', async () => {
    for (let number = 0; number < 50; number++) file.save([result(number)]);
    await file.settled();
    expect(loaded()).toMatchObject([{ text: '49' }]);
  });

  it('goes when nothing waits', async () => {
    file.save(results);
    file.save([]);
    await file.settled();
    expect(existsSync(path)).toBe(false);
    file.save(results);
    await file.settled();
    file.save([]);
    await file.settled();
    expect(readdirSync(join(folder, 'state'))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('is never half of one', async () => {
    mkdirSync(join(folder, 'state'));
    writeFileSync(`${path}.tmp`, 'half a fi');
    expect(file.load()).toEqual([]);
    file.save(results);
    await file.settled();
    expect(loaded()).toEqual(results);
  });

  describe('where somebody else has to answer for it', () => {
    /** He has answered, and does now; or he does not. */
    const elsewhere = (isOurs: Promise<boolean>, answers = true) =>
      new OutboxFile(path, (message) => warnings.push(message), {
        isOurs,
        answers: () => Promise.resolve(answers),
        write: () => Promise.resolve(false),
      });

    it('is read when he answers, and what is saved before is written after that', async () => {
      file.save(results);
      await file.settled();
      let answer: (isOurs: boolean) => void = () => undefined;
      const late = elsewhere(new Promise((resolve) => (answer = resolve)));
      const loading = late.load();
      late.save(results.slice(0, 1));
      answer(true);
      expect(await loading).toEqual(results);
      await late.settled();
      expect(loaded()).toEqual(results.slice(0, 1));
    });

    it('is left alone where it is not ours, or he does not answer any more', async () => {
      for (const silent of [elsewhere(Promise.resolve(false)), elsewhere(Promise.resolve(true), false)]) {
        silent.save(results);
        await silent.settled();
      }
      expect(existsSync(path)).toBe(false);
      expect(warnings).toEqual([expect.stringContaining('cannot be written')]);
    });

    it('is written by whom he has for it', async () => {
      const written: string[] = [];
      const place = {
        isOurs: Promise.resolve(true),
        answers: () => Promise.resolve(true),
        write: (to: string, text: string) => {
          written.push(`${to} ${text === '' ? 'nothing' : text.slice(0, 11)}`);
          return Promise.resolve(true);
        },
      };
      const other = new OutboxFile(path, (message) => warnings.push(message), place);
      for (const saved of [results, []]) {
        other.save(saved);
        await other.settled();
      }
      expect(written).toEqual([`${path} {"version":`, `${path} nothing`]);
      expect(existsSync(path)).toBe(false);
    });

    it('is not waited for by an agent that another follows, which has what waits', async () => {
      jest.useFakeTimers();
      try {
        const destination = new FakeDestination();
        const place = {
          isOurs: new Promise<boolean>(() => undefined),
          answers: () => Promise.resolve(false),
          write: () => Promise.resolve(false),
        };
        const log = (_level: string, message: string) => warnings.push(message);
        const begin = (before?: Outbox) => new Outbox({ destination, file: path, place, log, before });
        let outbox = begin();
        for (let round = 0; round < 3; round++) {
          outbox.push(result(round));
          await jest.advanceTimersByTimeAsync(1000);
          await outbox.stop();
          outbox = begin(outbox);
        }
        await jest.advanceTimersByTimeAsync(0);
        expect(destination.last.outputs).toEqual([expect.stringMatching(/^2/)]);
        expect(warnings).toEqual([]);
        expect(existsSync(path)).toBe(false);
      } finally {
        jest.useRealTimers();
      }
    });

    it('is written by one at a time, also while one before it still writes', async () => {
      jest.useFakeTimers();
      try {
        const place = new SlowWrites();
        const destination = new FakeDestination();
        const log = (_level: string, message: string) => warnings.push(message);
        const begin = (before?: Outbox) => new Outbox({ destination, file: path, place, log, before });
        const writes = () => place.underWay.map(({ text }) => /"text":"(\d)"/.exec(text)?.[1]);
        const first = begin();
        first.push(result(1));
        await jest.advanceTimersByTimeAsync(1000);
        // It would be written next.
        first.push(result(0));
        await jest.advanceTimersByTimeAsync(1000);
        const stopped = first.stop();
        await jest.advanceTimersByTimeAsync(5000);
        await stopped;
        const second = begin(first);
        second.push(result(2));
        await jest.advanceTimersByTimeAsync(1000);
        expect(writes()).toEqual(['1']);
        // What another has begun is not waited for once more.
        await second.stop();
        const third = begin(second);
        third.push(result(3));
        await jest.advanceTimersByTimeAsync(1000);
        expect(writes()).toEqual(['1']);
        place.underWay[0]?.end();
        await jest.advanceTimersByTimeAsync(0);
        expect(writes()).toEqual(['3']);
        expect(warnings).toEqual([]);
      } finally {
        jest.useRealTimers();
      }
    });

    it('is waited for as any other by the agent that goes on with it, and hardly by one that ends', () => {
      const other = elsewhere(Promise.resolve(true));
      expect([other.patience(false), other.patience(true)]).toEqual([5000, 500]);
      expect([file.patience(false), file.patience(true)]).toEqual([5000, 5000]);
    });
  });

  describe('that is damaged or of another program', () => {
    it.each([
      ['empty', ''],
      ['cut off', '{"version":1,"results":[\n{"host":"gw01","serv'],
      ['zeros, as after a power cut', '\0'.repeat(512)],
      ['of another program', '[1, 2, 3]'],
      ['null', 'null'],
      ['of a later version', '{"version":3,"results":[]}'],
      ['without a version', '{"results":[]}'],
      ['of version 1 with a result of version 2', encodeResults(results).replace('2', '1')],
      ['without a field', '{"version":1,"results":[{"host":"gw01"}]}'],
      [
        'with a field of another type',
        '{"version":1,"results":[{"host":"a","service":"b","output":7,"state":"OK","time":1,"cause":"change","worsened":false}]}',
      ],
      [
        'with a state that is none',
        '{"version":1,"results":[{"host":"a","service":"b","output":"","state":"BAD","time":1,"cause":"change","worsened":false}]}',
      ],
    ])('(%s) is moved aside, with one line', (_, text) => {
      mkdirSync(join(folder, 'state'));
      writeFileSync(path, text);
      expect(file.load()).toEqual([]);
      expect(warnings).toEqual([
        `${path} is not an outbox, or damaged: what waited there is not delivered; moved to ${path}.bad`,
      ]);
      expect(readFileSync(`${path}.bad`, 'utf8')).toBe(text);
      expect(existsSync(path)).toBe(false);
    });

    it('is a pipe, which nobody waits for: one line, and work goes on', async () => {
      mkdirSync(join(folder, 'state'));
      execFileSync('mkfifo', [path, `${path}.tmp`]);
      expect(file.load()).toEqual([]);
      file.save(results);
      await file.settled();
      expect(warnings).toEqual([
        expect.stringContaining(`${path} is not an outbox, or damaged`),
        expect.stringContaining(`${path} cannot be written (ENXIO)`),
      ]);
      file.save(results);
      await file.settled();
      expect(loaded()).toEqual(results);
    });

    it('is a directory: one line, and work goes on', async () => {
      mkdirSync(path, { recursive: true });
      expect(file.load()).toEqual([]);
      file.save(results);
      await file.settled();
      expect(warnings).toEqual([
        expect.stringContaining(`${path} cannot be read (EISDIR)`),
        expect.stringContaining(`${path} cannot be written (EISDIR)`),
      ]);
    });
  });

  describe('that no descriptor is free for', () => {
    afterEach(() => {
      jest.useRealTimers();
    });

    it('is read as soon as there is one, and not written over before: what waited there is delivered', async () => {
      file.save([result(1)]);
      await file.settled();
      const text = readFileSync(path, 'utf8');
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
      const destination = new FakeDestination();
      const log = (level: string, message: string) => level !== 'detail' && warnings.push(message);
      const outbox = await withoutDescriptors(() => new Outbox({ destination, file: path, log }));
      outbox.push(result(2, { service: 'other' }));
      // Once more in vain.
      await withoutDescriptors(() => jest.advanceTimersByTimeAsync(1000));
      await jest.advanceTimersByTimeAsync(999);
      await nextTurn();
      expect(destination.batches).toEqual([['2']]);
      expect(readFileSync(path, 'utf8')).toBe(text);
      await jest.advanceTimersByTimeAsync(1);
      destination.last.answer('delivered');
      await nextTurn();
      expect(destination.batches).toEqual([['2'], ['1']]);
      expect(warnings).toEqual([
        `fake: ${path} cannot be read for now (EMFILE): nothing is written there before it can be`,
      ]);
      jest.useRealTimers();
      await outbox.stop();
      expect(loaded()).toMatchObject([{ text: '1' }]);
    });

    it('is nothing that keeps an agent from ending that has nothing for it', async () => {
      const outbox = await withoutDescriptors(
        () => new Outbox({ destination: new FakeDestination(), file: path, log: () => undefined }),
      );
      await outbox.stop(true);
      expect(existsSync(path)).toBe(false);
    });
  });

  describe('that cannot be written', () => {
    it('for want of room is told once, and again after it went well', async () => {
      // Every write fails there with ENOSPC, as on a full disk.
      mkdirSync(join(folder, 'state'));
      symlinkSync('/dev/full', `${path}.tmp`);
      file.save(results);
      await file.settled();
      expect(warnings).toEqual([expect.stringContaining(`${path} cannot be written (ENOSPC)`)]);
      // What was in the way has been removed, as half a file would be.
      file.save(results);
      await file.settled();
      expect(loaded()).toEqual(results);
      expect(warnings).toHaveLength(1);
    });

    it('as its folder is a file is told once', async () => {
      writeFileSync(join(folder, 'state'), '');
      for (let round = 0; round < 3; round++) {
        file.save([result(round)]);
        await file.settled();
      }
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).not.toContain('\n');
    });
  });
});
