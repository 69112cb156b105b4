import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { commandLine } from '../../../plugins/command-line.js';
import { parseConfig } from '../../../src/config/index.js';

const README = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');

const keysOf = (text: string) => [...text.matchAll(/(\w+): /g)].map(([, key]) => key);

/** Those that the schema tells to who writes one that is like none of them. */
function keysKnownAt(text: string): string[] {
  const closing = text.endsWith('{ ') ? ' }' : '';
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

describe('README.md', () => {
  const [example = ''] = [...README.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text);

  it('has a configuration file that is valid', () => {
    const { services } = parseConfig(example, 'README.md');
    expect(services).toHaveLength(2);
  });

  it('tells every key of a configuration', () => {
    const known = [example, '', 'services:\n  - ', 'services:\n  - process: { '].flatMap((text) =>
      text === example ? keysOf(example) : keysKnownAt(text),
    );
    expect(known.length).toBeGreaterThan(25);
    const cells = [...README.matchAll(/^\| (?:– )?(`[^|]*)\|/gm)].map(([, cell]) => cell).join(' ');
    const untold = new Set(known.filter((key) => !new RegExp(`\\b${key}\\b`).test(cells)));
    // In the text below its table.
    untold.delete('at_most');
    expect([...untold]).toEqual([]);
  });

  it('speaks of every command', () => {
    for (const command of commandLine('0').commands) expect(README).toContain(`\`${command.name()}\``);
  });
});
