import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RlimitEventsError } from '../../../src/rlimit-events/index.js';
import { AskedAgain } from '../../../src/selection/asked-again.js';
import { startSelecting, type Selecting } from '../../../src/selection/index.js';
import { FakeGroup } from '../../support/fake-group.js';

const PID = 4711;

describe('a process that cannot be watched for now', () => {
  let folder: string;
  let path: string;
  let group: FakeGroup;
  let selecting: Selecting;
  let logged: string[];
  let onDoubt: (doubt: string | undefined) => void;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    folder = mkdtempSync(join(tmpdir(), 'asked-'));
    path = join(folder, 'broker.pid');
    group = new FakeGroup();
    logged = [];
  });

  afterEach(() => {
    selecting.stop();
    jest.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  const start = () => {
    selecting = startSelecting(
      group,
      { kind: 'pidfile', path },
      (level, message) => logged.push(`${level}: ${message}`),
      (doubt) => {
        onDoubt(doubt);
      },
    );
  };
  const answer = () => new Promise<string | undefined>((resolve) => (onDoubt = resolve));

  describe.each([
    ['full', `process ${PID} cannot be watched: the table is full`],
    ['busy', `process ${PID} cannot be watched: it changes without a pause`],
  ] as const)('(%s)', (code, message) => {
    const isAskedAgain = async (first: Promise<string | undefined>) => {
      expect(await first).toBe(message);
      expect(group.members).toEqual([]);
      const next = answer();
      await jest.advanceTimersByTimeAsync(5000);
      expect(await next).toBeUndefined();
      expect(group.members).toEqual([PID]);
      expect(logged).toEqual([`warning: ${message}; it is tried again`]);
    };

    it('is a doubt at the first look, and a member at the next', async () => {
      writeFileSync(path, `${PID}\n`);
      group.refusal = new RlimitEventsError(code, message);
      const first = answer();
      start();
      await isAskedAgain(first);
    });

    it('is a doubt when its file is written later, and a member at the next look', async () => {
      start();
      group.refusal = new RlimitEventsError(code, message);
      const first = answer();
      writeFileSync(path, `${PID}\n`);
      await isAskedAgain(first);
    });
  });
});

describe('a question that nobody answers', () => {
  let asked: AskedAgain;

  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    asked.stop();
    jest.useRealTimers();
  });

  it('waits once for him who does not, however often it is asked meanwhile, and for the next one', async () => {
    let answer: () => void = () => undefined;
    const silence = () => new Promise<void>((resolve) => (answer = resolve));
    let until = silence();
    const first = jest.spyOn(until, 'then');
    let questions = 0;
    asked = new AskedAgain({
      files: [],
      log: () => undefined,
      onAnswer: () => undefined,
      ask: () => {
        questions++;
        return Promise.resolve({ doubt: 'silence', until });
      },
    });
    for (let minute = 0; minute < 9; minute++) await jest.advanceTimersByTimeAsync(60_000);
    expect([questions, first.mock.calls.length]).toEqual([10, 1]);
    answer();
    until = silence();
    const second = jest.spyOn(until, 'then');
    await jest.advanceTimersByTimeAsync(0);
    expect([questions, second.mock.calls.length]).toEqual([11, 1]);
  });
});
