import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { giveThreads } from '../../../src/lookup/index.js';

const before = process.env['UV_THREADPOOL_SIZE'];

const restore = () => {
  if (before === undefined) delete process.env['UV_THREADPOOL_SIZE'];
  else process.env['UV_THREADPOOL_SIZE'] = before;
};

beforeEach(() => {
  delete process.env['UV_THREADPOOL_SIZE'];
});
afterEach(restore);

// What libuv makes of it, test/cli/hung-name.test.ts shows.
it.each([
  ['as many as Node has anyway, if those are enough', [2], '4'],
  // Half of them, rounded up, ask for names.
  ['enough that each name has one', [3], '5'],
  ['those that were given first', [8, 3, 20], '15'],
])('there are %s', (_what, calls, threads) => {
  for (const names of calls) giveThreads(names);
  expect(process.env['UV_THREADPOOL_SIZE']).toBe(threads);
});

it('there are those that an administrator wants', () => {
  process.env['UV_THREADPOOL_SIZE'] = '3';
  giveThreads(8);
  expect(process.env['UV_THREADPOOL_SIZE']).toBe('3');
});
