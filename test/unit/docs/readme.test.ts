import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { commandLine } from '../../../plugins/command-line.js';
import { parseConfig } from '../../../src/config/index.js';
import { parseEncryption } from '../../../src/nsca-client/index.js';

const README = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');

const keysOf = (text: string) => [...text.matchAll(/(\w+): /g)].map(([, key]) => key);

describe('README.md', () => {
  const [example = ''] = [...README.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text);

  it('has a configuration file that is valid', () => {
    const { services } = parseConfig(example, 'README.md', { encryption: parseEncryption });
    expect(services).toHaveLength(1);
  });

  it('tells every key of it', () => {
    const told = [...README.matchAll(/^\| (?:– )?(`\w+`(?:, `\w+`)*) +\|/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/\w+/g)].map(([key]) => key),
    );
    expect(new Set(told)).toEqual(
      new Set(['destinations', 'services', ...keysOf(example)].filter((key) => key !== 'pid')),
    );
  });

  it('speaks of every command', () => {
    for (const command of commandLine('0').commands) expect(README).toContain(`\`${command.name()}\``);
  });
});

describe('the example in --help', () => {
  it('is a valid configuration file', () => {
    let help = '';
    const program = commandLine('0').configureOutput({ writeOut: (text) => (help += text) });
    program.outputHelp();
    const example = help.slice(help.indexOf('  destinations:'));
    const { services } = parseConfig(example, '--help', { encryption: parseEncryption });
    expect(services).toHaveLength(1);
  });
});
