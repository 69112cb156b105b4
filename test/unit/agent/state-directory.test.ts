import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StateDirectory } from '../../../src/agent/state-directory.js';
import { withoutDescriptors } from '../../support/few-descriptors.js';

describe('the directory in which results outlive the agent', () => {
  let path: string;
  let logged: string[];
  let begun: StateDirectory[];

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'state-directory-'));
    logged = [];
    begun = [];
  });

  afterEach(() => {
    for (const each of begun) each.release();
    rmSync(path, { recursive: true });
  });

  const begin = () => {
    const directory = new StateDirectory(path, (level, message) => logged.push(`${level}: ${message}`));
    begun.push(directory);
    return directory;
  };
  /** Whether it is this agent's; undefined: that is not settled. */
  const isOurs = (directory: StateDirectory) => Promise.race([directory.place?.isOurs, nextTurn(undefined)]);
  const asksAgain = async (directory: StateDirectory) => {
    directory.tryAgain();
    await nextTurn();
    return isOurs(directory);
  };

  const REFUSED = expect.stringContaining(`warning: another agent keeps its results in `);
  const UNKNOWN = expect.stringMatching(
    /^warning: nobody can tell whether another agent keeps its results in \S+ \(EMFILE\): /,
  );
  const HAS_LEFT = expect.stringContaining('notice: the other agent has left ');

  it('stays that of another agent while descriptors are short, and is asked for again', async () => {
    const first = begin();
    const second = begin();
    expect(await withoutDescriptors(() => asksAgain(second))).toBeUndefined();
    expect(await asksAgain(second)).toBeUndefined();
    expect(logged).toEqual([REFUSED]);
    first.release();
    expect(await withoutDescriptors(() => asksAgain(second))).toBeUndefined();
    expect(await asksAgain(second)).toBe(true);
    expect(logged).toEqual([REFUSED, HAS_LEFT]);
    // It has the lock.
    begin();
    expect(logged).toEqual([REFUSED, HAS_LEFT, REFUSED]);
  });

  it('does not become that of an agent that ends while they are', async () => {
    begin();
    const second = begin();
    await withoutDescriptors(() => {
      second.tryLast();
    });
    expect(await isOurs(second)).toBe(false);
    expect(logged).toEqual([REFUSED]);
  });

  it('is not known to be free where they are short at the start', async () => {
    const directory = await withoutDescriptors(begin);
    expect(await withoutDescriptors(() => asksAgain(directory))).toBeUndefined();
    expect(logged).toEqual([UNKNOWN]);
    expect(await asksAgain(directory)).toBe(true);
    expect(logged).toEqual([
      UNKNOWN,
      expect.stringContaining(' is free: this one keeps its results there now'),
    ]);
  });

  it('is told as that of another agent as soon as that is known', async () => {
    begin();
    const second = await withoutDescriptors(begin);
    expect(await asksAgain(second)).toBeUndefined();
    expect(logged).toEqual([UNKNOWN, REFUSED]);
  });
});
