import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RlimitEventsError, type Group, type Watched } from '../../../src/rlimit-events/index.js';
import { startSelecting, type Selecting } from '../../../src/selection/index.js';

const PID = 4711;

/** A group that takes whoever it is given, unless it is to refuse the next one. */
class FakeGroup implements Group {
  readonly name = 'a group';
  readonly members: number[] = [];
  refusal: RlimitEventsError | undefined;

  add(pid: number): Watched {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal) throw refusal;
    this.members.push(pid);
    return { pid, name: 'broker', tag: '', value: 0, limit: 1024, resource: 'nofile', groups: [this.name] };
  }

  match = () => [];
  running = () => [];
  unmatch = () => undefined;
  drop = () => undefined;
  identify = () => undefined;
  remove = () => undefined;
}

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
