/** What shells offer, loaded as the package installs it, and asked by the keys of who sits before them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandTexts, withAllBelow } from '../../../scripts/manual/commands.js';
import { candidatesOf, optionsOf } from '../../../scripts/manual/completion/values.js';
import { SHELLS } from './shells.js';

const commands = withAllBelow(commandTexts('0'));
const [agent] = commands;

/** A value of each option, and the first parameter of each command: what is written before it, and what may follow. */
const values = commands.flatMap((command) => [
  ...optionsOf(command).flatMap(({ names, value }) =>
    value
      ? names.map((name) => ({ before: `${command.name} ${name}`, candidates: candidatesOf(value) }))
      : [],
  ),
  ...command.parameters.map((value) => ({ before: command.name, candidates: candidatesOf(value) })),
]);
const lineOf = (...words: readonly string[]) =>
  ['check_rlimit_passive', ...words.filter((word) => word !== '')].join(' ').replace('  ', ' ');

/** A name that a process may have, and that no shell may run. */
const EVIL = '$(touch evil)';

describe.each(Object.entries(SHELLS))('%s', (shell, { offered }) => {
  let folder: string;
  let evil: ChildProcess;
  let answers: ReadonlyMap<string, readonly string[]>;

  const among = values.flatMap(({ before, candidates }) =>
    typeof candidates === 'string' ? [] : [{ before, words: candidates }],
  );
  const ofKind = (kind: string) => values.filter(({ candidates }) => candidates === kind);
  const lines = () => [
    ...commands.map(({ name }) => lineOf(name, '-')),
    ...commands.filter((each) => each.commands.length > 0).map(({ name }) => `${lineOf(name)} `),
    ...among.map(({ before }) => `${lineOf(before)} `),
    ...[...ofKind('file'), ...ofKind('nothing')].map(({ before }) => lineOf(before, `${folder}/files/`)),
    lineOf('st'),
    lineOf('--attach=tr'),
    lineOf('-c', 'status', 'ev'),
    lineOf('--dry-run', '--resource', 'nof'),
    lineOf('events', '--pid', String(process.pid)),
    lineOf('--user', 'roo'),
    `${lineOf('--command')} `,
  ];
  const answerTo = (line: string) => answers.get(line) ?? [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), `completed-by-${shell}-`));
    const names = ['a b.yaml', 'c.yaml'].map((name) => join(folder, 'files', name));
    mkdirSync(join(folder, 'files'));
    for (const name of names) writeFileSync(name, '');
    copyFileSync('/bin/sleep', join(folder, EVIL));
    evil = spawn(join(folder, EVIL), ['1000'], { stdio: 'ignore' });
    const asked = lines();
    const all = offered(asked, folder);
    answers = new Map(asked.map((line, index) => [line, all[index] ?? []]));
  });

  afterAll(() => {
    evil.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('offers every command', () => {
    for (const { name, commands: below } of commands.filter((each) => each.commands.length > 0))
      expect(answerTo(`${lineOf(name)} `).toSorted()).toEqual(
        below.map((each) => each.name.split(' ').at(-1)).toSorted(),
      );
    expect(agent?.commands.length).toBeGreaterThan(6);
  });

  it.each(commands)('offers every option of "$name"', (command) => {
    const names = optionsOf(command).flatMap((option) => option.names);
    const found = answerTo(lineOf(command.name, '-')).map((name) => name.replace(/=$/, ''));
    expect(found.toSorted()).toEqual(names.toSorted());
  });

  it.each(among)('offers what may follow "$before"', ({ before, words }) => {
    expect(answerTo(`${lineOf(before)} `).toSorted()).toEqual(words.toSorted());
  });

  it.each(ofKind('file'))('offers files after "$before"', ({ before }) => {
    const names = ['a b.yaml', 'c.yaml'].map((name) => `${folder}/files/${name}`);
    expect(answerTo(lineOf(before, `${folder}/files/`)).toSorted()).toEqual(names);
  });

  it.each(ofKind('nothing'))('offers no file after "$before"', ({ before }) => {
    const found = answerTo(lineOf(before, `${folder}/files/`));
    expect(found.filter((word) => word.includes('.yaml'))).toEqual([]);
  });

  it('goes on with what was begun, also behind an =', () => {
    expect(answerTo(lineOf('st'))).toEqual(['status']);
    expect(answerTo(lineOf('--attach=tr'))).toEqual(['--attach=tracepoint']);
    expect(answerTo(lineOf('--dry-run', '--resource', 'nof'))).toEqual(['nofile']);
  });

  it('does not take the value of an option for a command', () => {
    expect(answerTo(lineOf('-c', 'status', 'ev'))).toEqual(['events']);
  });

  it('offers processes and users that there are', () => {
    expect(answerTo(lineOf('events', '--pid', String(process.pid)))).toContain(String(process.pid));
    expect(answerTo(lineOf('--user', 'roo'))).toContain('root');
  });

  it('runs nothing that a process is named by', () => {
    const names = answerTo(`${lineOf('--command')} `);
    expect(names.map((name) => name.replaceAll('\\', ''))).toContain(EVIL);
    expect(existsSync(join(folder, 'evil'))).toBe(false);
  });
});
