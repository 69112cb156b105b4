/** What the descriptor tests of itself, when it is opened. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { SystemError, type Way } from '../../src/ffi/index.js';
import { FEW_GROUPS } from '../../src/rlimit-events/layout/index.js';
import { open, type Opened } from '../../src/rlimit-events/loading/opened.js';
import { tryWays } from '../../src/rlimit-events/loading/self-test.js';
import { attachMode } from '../support/where.js';

let opened: Opened;

beforeEach(() => {
  const needs = { processes: 16, queueBytes: 4096, matches: [], groups: FEW_GROUPS, events: true };
  opened = open('nofile', attachMode, needs);
});

afterEach(() => {
  opened.object.close();
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
  const ways = [
    hidden('seen', 1, false),
    hidden('seen at last', 10, true),
    hidden('of nobody else', 2, false),
    hidden('never', Infinity, true),
  ];
  expect(tryWays(opened, ways)).toEqual({ missed: ['of nobody else', 'never'], untried: [] });
});

/** One that is refused so many times, and unseen or seen then. */
function refused(name: string, times: number, act: () => void, isOfUser = true): Way {
  return {
    name,
    isOfUser,
    refusals: { EAGAIN: 'its user is at his limit' },
    change: () => {
      if (times-- > 0) throw new SystemError('act', constants.errno.EAGAIN);
      act();
    },
  };
}

it('takes what could not be changed for neither, and says why', () => {
  const nothing = () => undefined;
  const openAndClose = () => {
    closeSync(openSync('/dev/null', 'r'));
  };
  const notFound: Way = { name: 'not found', change: () => openSync('/nowhere', 'r') };
  const ways = [
    refused('at once', 1, openAndClose, false),
    refused('at last seen', 9, openAndClose),
    refused('at last unseen', 9, nothing),
    refused('never', Infinity, nothing),
    notFound,
  ];
  const text = (name: string) => `${name} could not be tried, its user is at his limit (act: EAGAIN)`;
  expect(tryWays(opened, ways)).toEqual({
    missed: [],
    untried: [
      ...['at once', 'at last unseen', 'never'].map((name) => ({ code: 'EAGAIN', text: text(name) })),
      { code: 'ENOENT', text: expect.stringMatching(/^not found could not be tried \(ENOENT: .*\)$/) },
    ],
  });
});

it('is ended by what is no refusal', () => {
  const broken: Way = {
    name: 'broken',
    change: () => {
      throw new Error('a fault of ours');
    },
  };
  expect(() => tryWays(opened, [broken])).toThrow('a fault of ours');
});
