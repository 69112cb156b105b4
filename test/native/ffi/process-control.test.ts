import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { limitsOf, setLimitsOf } from '../../../src/ffi/index.js';
import { RESOURCES } from '../../../src/resources/index.js';

describe('limits of a process', () => {
  const { number } = RESOURCES.as;
  let child: ChildProcess;
  let pid: number;

  beforeEach(async () => {
    child = spawn('sleep', ['1000']);
    await once(child, 'spawn');
    pid = child.pid ?? 0;
  });
  afterEach(async () => {
    child.kill();
    await once(child, 'exit');
  });

  it('are read as they were set', () => {
    setLimitsOf(pid, number, { soft: 2 ** 40, hard: Infinity });
    expect(limitsOf(pid, number)).toEqual({ soft: 2 ** 40, hard: Infinity });
  });

  it.each([2 ** 64, 2.5 * 2 ** 63])('are none where they are more than there can be (%d)', (soft) => {
    setLimitsOf(pid, number, { soft, hard: Infinity });
    expect(limitsOf(pid, number)).toEqual({ soft: Infinity, hard: Infinity });
  });
});
