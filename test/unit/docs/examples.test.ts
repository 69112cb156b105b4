/** Whoever copies an example has a file that is valid, for the agent and for an editor. */
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { parse } from 'yaml';
import { parseConfig } from '../../../src/config/index.js';
import { refusedBySchema } from '../config/by-schema.js';
import { pathOf, read } from './pages.js';

// Root runs the tests in a clone of somebody else as well, whom git does not trust by itself.
const listing = ['-c', 'safe.directory=*', 'ls-files', '*.md', '*.yaml'];
const files = execFileSync('git', listing, { cwd: pathOf(''), encoding: 'utf8' })
  .trim()
  .split('\n');

const examples = files.flatMap((file): [place: string, text: string][] => {
  if (file.endsWith('.yaml')) return [[file, read(file)]];
  const blocks = [...read(file).matchAll(/^( *)```yaml\n(.*?)^ *```$/gms)];
  return blocks.map(([, indent = '', text = ''], index) => [
    `${file}, ${index + 1}`,
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  ]);
});

/** What an example that is about one part leaves out. */
const REST = {
  destinations: '\ndestinations: [{ type: nsca, server: 192.0.2.1 }]\n',
  services: '\nservices: [{ service: x, process: { pid: 1 }, resource: nofile, warning: 80% }]\n',
};

describe('the examples in YAML', () => {
  it('are all found', () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  it.each(examples)('%s', (place, text) => {
    const there = Object.keys(parse(text) as object);
    const whole = Object.entries(REST).reduce(
      (before, [key, rest]) => (there.includes(key) ? before : before + rest),
      text,
    );
    expect(() => parseConfig(whole, place)).not.toThrow();
    expect(refusedBySchema(whole)).toBeUndefined();
  });
});
