import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, unreadDropIns } from '../../../src/config/index.js';
import { example } from './example.js';
import { Files } from './files.js';

const service = (name: string, more = '') =>
  `  - { service: ${name}, process: { command: x }, resource: nofile, warning: 80%${more} }\n`;

describe('conf.d beside the file', () => {
  let files: Files;
  beforeEach(() => {
    files = new Files();
    files.write('config.yaml', example);
  });
  afterEach(() => {
    files.remove();
  });

  const names = () => loadConfig(files.main).services.map(({ description }) => description);
  const problem = () => files.problemOf(() => loadConfig(files.main));

  it('has services, in the order of the names of its files', () => {
    files.write('conf.d/20-b.yaml', `services:\n${service('b')}`);
    files.write('conf.d/10-a.yaml', `services:\n${service('a1')}${service('a2')}`);
    expect(names()).toEqual(['broker fds', 'a1', 'a2', 'b']);
  });

  it('has no pipe, which would be waited for', () => {
    mkdirSync(join(files.folder, 'conf.d'));
    execFileSync('mkfifo', ['-m', '644', join(files.folder, 'conf.d/a.yaml')]);
    expect(problem()).toBe('conf.d/a.yaml: is a pipe; write a file');
  });

  it('may be empty, or have files that say nothing', () => {
    mkdirSync(join(files.folder, 'conf.d'));
    expect(names()).toEqual(['broker fds']);
    files.write('conf.d/a.yaml', '# services:\n');
    files.write('conf.d/b.yaml', 'services: []\n');
    files.write('conf.d/c.yaml', `services:\n${service('c')}`);
    expect(names()).toEqual(['broker fds', 'c']);
  });

  it.each(['', 'services:\n', 'services: []\n'])('is enough where the file itself has %j', (own) => {
    files.write('config.yaml', example.slice(0, example.indexOf('services:')) + own);
    files.write('conf.d/a.yaml', `services:\n${service('a')}`);
    expect(names()).toEqual(['a']);
  });

  it('is not read from names that are not *.yaml', () => {
    for (const name of ['a.yaml~', '.b.yaml', 'c.yml', 'd.yaml.dpkg-dist'])
      files.write(`conf.d/${name}`, '[');
    expect(names()).toEqual(['broker fds']);
    expect(unreadDropIns(files.main)).toEqual(['.b.yaml', 'a.yaml~', 'c.yml', 'd.yaml.dpkg-dist']);
  });

  it.each([
    ['no YAML', '[', '1:2: Flow sequence must end with a ]; add it'],
    ['a list', '[]', '1:1: the file: an empty list is not a file of conf.d; write one such as services:'],
    [
      'a destination',
      'destinations: []\n',
      '1:1: the file: unknown key "destinations"; known here: services',
    ],
    ['another form', 'services: a\n', '1:11: services: "a" is not a list of services; '],
    ['a wrong value', `services:\n${service('a')}${service('b', ', hold: 5')}`, '3:'],
    [
      'an unknown key',
      `services:\n${service('a')}${service('b', ', holt: 5s')}`,
      '3:76: services[1]: unknown key "holt"; did you mean hold?',
    ],
    [
      'a name of the file',
      `services:\n${service('a')}${service('broker fds')}`,
      '3:16: services[1].service: is also the name of services[0] in config.yaml; give',
    ],
    [
      'a name of another one',
      `services:\n${service('one')}`,
      '2:16: services[0].service: is also the name of services[1] in conf.d/20.yaml; give',
    ],
    [
      'a name twice',
      `services:\n${service('a')}${service('a')}`,
      '3:16: services[1].service: is also the name of services[0]; give',
    ],
    [
      'a name that NSCA cannot carry',
      `services:\n${service('x'.repeat(128))}`,
      '2:16: services[0].service: is 128',
    ],
  ])('with %s is told with its own name and place', (_what, text, told) => {
    files.write('conf.d/10.yaml', '# nothing\n');
    files.write('conf.d/20.yaml', `services:\n${service('two')}${service('one')}`);
    files.write('conf.d/30.yaml', text);
    expect(problem().slice(0, 'conf.d/30.yaml:'.length + told.length)).toBe(`conf.d/30.yaml:${told}`);
  });

  it('leaves errors of the file what they are', () => {
    files.write('config.yaml', example.replace('warning: 50', 'warning: x'));
    files.write('conf.d/a.yaml', `services:\n${service('a', ', hold: 5')}`);
    expect(problem()).toMatch(/^config\.yaml:12:14: services\[0\]\.warning: "x" is not a range/);
  });

  it('is refused where everybody may write services, which are done with the rights of the agent', () => {
    const file = files.write('conf.d/a.yaml', `services:\n${service('a')}`);
    chmodSync(file, 0o666);
    expect(problem()).toBe('conf.d/a.yaml: may be written to by everybody; run chmod o-w');
    chmodSync(file, 0o644);
    chmodSync(join(files.folder, 'conf.d'), 0o777);
    expect(problem()).toBe('conf.d: may be written to by everybody; run chmod o-w');
  });

  (process.geteuid?.() === 0 ? it : it.skip)('is refused where another user has it', () => {
    const file = files.write('conf.d/a.yaml', `services:\n${service('a')}`);
    chownSync(file, 65534, 65534);
    expect(problem()).toBe(`conf.d/a.yaml: belongs to neither root nor the owner of config.yaml; run chown`);
    chownSync(files.main, 65534, 65534);
    expect(names()).toEqual(['broker fds', 'a']);
  });
});
