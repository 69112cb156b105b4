import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Resource } from '../../src/resources/index.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { Worker } from '../support/worker.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(30));

/** What the worker has once more and no more, and the ways to it. */
const CHANGES: [Resource, above: number, ways: string[]][] = [
  ['nofile', 1, ['open', 'dup', 'dup2', 'dup3', 'F_DUPFD', 'socket', 'accept', 'eventfd', 'epoll_create']],
  ['data', 128 * 1024, ['brk', 'mmap']],
];

/** Of a 64-bit program that calls as a 32-bit one does. */
const AS_OTHERS: Partial<Record<Resource, string[]>> = process.arch === 'x64' ? { nofile: ['int 0x80'] } : {};

/** The system calls of 32-bit programs have numbers of their own. */
describe.each([64, 32] as const)('a program of %d bits', (bits) => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({ resources: ['nofile', 'data'] });
    worker = await CWorker.start('brief', { bits });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  it.each(CHANGES)('is told of each change of %s that is undone at once', async (resource, above, own) => {
    const ways = [...own, ...(bits === 64 ? (AS_OTHERS[resource] ?? []) : [])];
    const { value } = recorder.descriptor.watch(worker.pid, { resource, levels: [], step: 2 ** 40 });
    recorder.descriptor.watch(worker.pid, {
      resource,
      levels: [{ kind: 'value', value: value + above }],
    });
    for (const way of ways) expect(await worker.ask(way)).toBe('done');
    await worker.end();
    await recorder.ended(worker.pid);
    expect(recorder.of('level').map(({ direction }) => direction)).toEqual(
      ways.flatMap(() => ['up', 'down']),
    );
  });

  it.each([
    ['not watched', undefined],
    ['watched', '50%'],
  ])(
    'is seen to set the limit of another, which does nothing, when it is %s itself',
    async (_case, level) => {
      const other = await Worker.start(100);
      if (level !== undefined) recorder.watch(worker.pid, level);
      const { count } = await other.do('open 30');
      recorder.watch(other.pid, '50%');
      expect(await worker.ask(`limit ${other.pid}`)).toBe('done');
      await recorder.until(() => recorder.of('level').length === 1);
      await other.end();
      await recorder.ended(other.pid);
      expect(recorder.crossings(other.pid)).toEqual([`up 25 ${count}`]);
    },
  );
});
