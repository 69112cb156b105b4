import { describe, expect, it } from '@jest/globals';
import { constants } from 'node:os';
import { SystemError, type BpfObject } from '../../../src/ffi/index.js';
import { TaskIterator } from '../../../src/rlimit-events/task-iterator.js';

/** An iterator whose tries for one process end so, and of how many processes each was: 0 is all. */
function over(...outcomes: ('done' | keyof typeof constants.errno)[]) {
  const tries: number[] = [];
  const object: Pick<BpfObject, 'iterate'> = {
    iterate(_program, pid = 0) {
      tries.push(pid);
      const outcome = pid === 0 ? 'done' : (outcomes.shift() ?? 'done');
      if (outcome !== 'done') throw new SystemError('bpf_iter_create', constants.errno[outcome]);
      return Buffer.from('answers');
    },
  };
  const iterator = new TaskIterator(object as BpfObject);
  return { tries, run: () => iterator.run('visit_task', 4711).toString() };
}

describe('the iterator over one process', () => {
  it.each(['E2BIG', 'EINVAL'] as const)(
    'is over all of them from then on where the kernel says %s',
    (code) => {
      const { tries, run } = over(code);
      expect([run(), run()]).toEqual(['answers', 'answers']);
      expect(tries).toEqual([4711, 0, 0]);
    },
  );

  it('has nothing of one that is not there', () => {
    const { tries, run } = over('ESRCH');
    expect([run(), run()]).toEqual(['', 'answers']);
    expect(tries).toEqual([4711, 4711]);
  });

  it.each(['EMFILE', 'ENFILE', 'ENOMEM'] as const)('fails with %s, and is over one the next time', (code) => {
    const { tries, run } = over(code);
    expect(run).toThrow(code);
    expect(run()).toBe('answers');
    expect(tries).toEqual([4711, 4711]);
  });
});
