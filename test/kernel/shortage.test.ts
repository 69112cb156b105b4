import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { limitsOf, setLimitsOf } from '../../src/ffi/index.js';
import type { Match } from '../../src/rlimit-events/index.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { kernelHasBtf, seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

/** RLIMIT_NOFILE */
const NOFILE = 7;
/** Below those that are open. */
const NONE = 3;
/** That nobody else on this machine has. */
const UID = 3_000_000 + process.pid;

/** Nobody else has a turn meanwhile. */
function withoutDescriptors(act: () => void): void {
  const { soft, hard } = limitsOf(process.pid, NOFILE);
  setLimitsOf(process.pid, NOFILE, { soft: NONE, hard });
  try {
    act();
  } finally {
    setLimitsOf(process.pid, NOFILE, { soft, hard });
  }
}

describe('where no descriptor is free', () => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder();
    worker = await CWorker.start('chameleon', { parameters: [20] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  const fails = (act: () => void) => {
    withoutDescriptors(() => {
      expect(act).toThrow(
        expect.objectContaining({
          code: 'exhausted',
          message: 'no descriptor or memory is free to look at processes (EMFILE)',
        }),
      );
    });
  };

  it('a process that is there is not said to be none', () => {
    fails(() => recorder.watch(worker.pid, 100));
    expect(recorder.watch(worker.pid, 100)).toMatchObject({ pid: worker.pid });
  });

  // Without, the programs go through all processes by themselves, and need none.
  (kernelHasBtf ? it : it.skip)('a match is made and taken away when it is tried again', async () => {
    const group = recorder.group('service', [100]);
    const user: Match = { kind: 'user', uid: UID };
    await worker.ask(`seteuid ${UID}`);
    fails(() => group.match(user));
    expect(group.match(user).map(({ pid }) => pid)).toEqual([worker.pid]);
    fails(() => {
      group.unmatch(user);
    });
    group.unmatch(user);
    expect(recorder.descriptor.report()).toEqual([]);
  });
});
