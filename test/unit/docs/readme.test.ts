import { describe, expect, it } from '@jest/globals';
import { commandLine } from '../../../plugins/command-line.js';
import { parseConfig } from '../../../src/config/index.js';
import type { DestinationSettings } from '../../../src/destinations/index.js';
import { allKeys } from '../../../scripts/manual/keys.js';
import { PAGES_WITH_TABLES, withTables } from '../../../scripts/manual/tables.js';
import { firstCells, read, sectionOf } from './pages.js';

const exampleOf = (text: string) => /^```yaml\n(.*?)^```$/ms.exec(text)?.[1] ?? '';
const keysOf = (text: string) => [...text.matchAll(/(\w+): /g)].map(([, key]) => key ?? '');

/** Those that the schema tells to who writes one that is like none of them. */
function keysKnownAt(text: string): string[] {
  const closing = text.includes('{ ') ? ' }' : '';
  const errorOf = (written: string) => {
    try {
      parseConfig(written, 'file');
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('a key that nobody knows was taken');
  };
  const [, keys = ''] =
    /known here: ([\w, ]+)/.exec(errorOf(`${text}qqqqqqqqqqqqqqqqqqqq: 1${closing}\n`)) ?? [];
  return keys.split(', ').filter((key) => key !== '');
}

const untold = (keys: readonly string[], cells: string) =>
  keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(cells));

describe('README.md', () => {
  it('can be read in a few minutes', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(130);
  });

  it.each(['README.md', 'docs/configuration.md'])('%s has a configuration file that is valid', (page) => {
    expect(parseConfig(exampleOf(read(page)), page).services).toHaveLength(2);
  });

  it('has the example that is explained', () => {
    expect(exampleOf(read('README.md'))).toBe(exampleOf(read('docs/configuration.md')));
  });
});

describe('docs/configuration.md', () => {
  it('tells every key of a configuration', () => {
    const known = ['', 'services:\n  - ', 'services:\n  - process: { '].flatMap(keysKnownAt);
    expect(known.length).toBeGreaterThan(20);
    const text = read('docs/configuration.md');
    expect(untold(known, firstCells(text))).toEqual([]);
    const ofActions = keysOf(exampleOf(text).split('on_critical:')[1]?.split('- service')[0] ?? '');
    expect(untold(ofActions, firstCells(text))).toEqual([]);
  });
});

/** The compiler says if a kind is missing here. */
const KINDS: Readonly<Record<DestinationSettings['type'], true>> = {
  nsca: true,
  'nsca-ng': true,
  icinga2: true,
  nrdp: true,
  program: true,
};

describe('docs/destinations.md', () => {
  it.each(Object.keys(KINDS))('tells every key of %s, and no other', (type) => {
    const known = keysKnownAt(`destinations:\n  - { type: ${type}, `).filter((key) => key !== 'type');
    expect(known).not.toEqual([]);
    const cells = firstCells(sectionOf(read('docs/destinations.md'), type));
    expect([...cells.matchAll(/`(\w+)`/g)].map(([, key]) => key).toSorted()).toEqual(known.toSorted());
  });
});

describe('the tables of keys and metrics', () => {
  it.each(PAGES_WITH_TABLES)('of %s are those that the code makes: npm run docs', (page) => {
    expect(read(page)).toBe(withTables(read(page), allKeys()));
  });
});

describe('docs/commands.md', () => {
  it('has a section about every command', () => {
    const text = read('docs/commands.md');
    const commands = commandLine('0').commands.map((command) => command.name());
    expect(commands.filter((name) => sectionOf(text, name) === '')).toEqual([]);
  });
});
