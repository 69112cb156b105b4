/** What the descriptor tests of itself, when it is opened. */
import { afterEach, expect, it } from '@jest/globals';
import { closeSync, openSync } from 'node:fs';
import type { Way } from '../../src/ffi/index.js';
import { FEW_GROUPS } from '../../src/rlimit-events/layout/index.js';
import { open, type Opened } from '../../src/rlimit-events/loading/opened.js';
import { missedWays } from '../../src/rlimit-events/loading/self-test.js';
import { attachMode } from '../support/where.js';

let opened: Opened | undefined;

afterEach(() => {
  opened?.object.close();
});

/** One that is seen at the last of so many times, as when somebody else hides it. */
function hidden(name: string, times: number, isOfUser: boolean): Way {
  return {
    name,
    isOfUser,
    change: () => {
      if (--times <= 0) closeSync(openSync('/dev/null', 'r'));
    },
  };
}

it('takes what is seen once for seen where others can hide it, and what never is for missed', () => {
  const needs = { processes: 16, queueBytes: 4096, matches: [], groups: FEW_GROUPS, events: true };
  opened = open('nofile', attachMode, needs);
  const ways = [
    hidden('seen', 1, false),
    hidden('seen at last', 10, true),
    hidden('of nobody else', 2, false),
    hidden('never', Infinity, true),
  ];
  expect(missedWays(opened, ways)).toEqual(['of nobody else', 'never']);
});
