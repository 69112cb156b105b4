import { expect, it } from '@jest/globals';
import { groupsOf, suitesIn, tableProblems } from '../../scripts/suites/groups.js';

const TESTS = new URL('../../../test/', import.meta.url).pathname;

const TABLE = { together: ['cli/a', 'native/'], alone: ['cli/b'], elsewhere: ['unit/'] };

it('each suite is in one list of scripts/suites/table.ts', () => {
  const suites = suitesIn(TESTS, '.test.ts');
  expect(suites).toContain('native/suites');
  expect(tableProblems(suites)).toEqual([]);
});

it('one that is in none, in two, or not there is told', () => {
  const suites = ['cli/a', 'cli/b', 'native/x/y', 'unit/z'];
  expect(tableProblems(suites, TABLE)).toEqual([]);
  expect(tableProblems([...suites, 'cli/new'], TABLE)).toEqual(['cli/new is in no list']);
  expect(tableProblems(suites, { ...TABLE, alone: ['cli/b', 'cli/a'] })).toEqual([
    'cli/a is in several lists: together, alone',
  ]);
  expect(tableProblems(suites.slice(0, 3), TABLE)).toEqual(['there is no unit/']);
});

it('one that is in none is run, by itself', () => {
  expect(groupsOf(['cli/a', 'cli/b', 'cli/new', 'native/x', 'unit/z'], TABLE)).toEqual({
    together: ['cli/a', 'native/x'],
    alone: ['cli/b', 'cli/new'],
  });
});
