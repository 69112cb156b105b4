/** The man pages, as man(1) shows them. */
import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_OK, EXIT_UNKNOWN } from '../../../plugins/exit-codes.js';
import { commandTexts, withAllBelow } from '../../../scripts/manual/commands.js';
import { allKeys } from '../../../scripts/manual/keys.js';
import { blocksOf } from '../../../scripts/manual/markdown.js';
import { roffOf } from '../../../scripts/manual/roff.js';
import { RESOURCES } from '../../../src/resources/index.js';

const MAN = new URL('../../../share/man', import.meta.url).pathname;
const PAGES = readdirSync(MAN, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.\d$/.test(name))
  .sort();
const [FILE_PAGE = '', COMMAND_PAGE = ''] = PAGES;

const run = (program: string, parameters: readonly string[], input = '') => {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    input,
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' },
  });
  if (error) throw error;
  return { status, stdout, stderr };
};

/** A page in a terminal of 80 columns. */
const shown = (page: string) => run('man', ['-l', join(MAN, page)]).stdout;

/** What stands under a heading, up to the next one. */
function sectionOf(text: string, heading: string): string {
  const [, section = ''] = text.split(new RegExp(`^${heading}\\n`, 'm'));
  return section.split(/^\S/m)[0] ?? '';
}
const subsectionOf = (text: string, heading: string) =>
  (text.split(new RegExp(`^ {3}${heading}\\n`, 'm'))[1] ?? '').split(/^(?: {3})?\S/m)[0] ?? '';

/** What is explained there: lines as indented as a paragraph, with more of an indent below or beside them. */
const explained = (section: string) =>
  [...section.matchAll(/^ {7}(\S.*?)(?: {2,}| (?=\S)|$)/gm)].map(([, term = '']) => term);

describe('the man pages', () => {
  it('are one for the command and one for its file', () => {
    expect(PAGES).toEqual(['man5/check_rlimit_passive.yaml.5', 'man8/check_rlimit_passive.8']);
  });

  it.each(PAGES)('%s has nothing that groff warns of', (page) => {
    const quiet = { status: 0, stderr: '' };
    expect(run('groff', ['-ww', '-man', '-Tutf8', '-z', join(MAN, page)])).toMatchObject(quiet);
    // As lintian does.
    const asLintian = ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', join(MAN, page)];
    expect(run('man', asLintian)).toMatchObject(quiet);
  });

  it.each(PAGES)('%s is found by apropos', (page) => {
    const { status, stdout } = run('lexgrog', [join(MAN, page)]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/: "check_rlimit_passive\S* - \w.*"\n$/),
    });
  });

  it.each(PAGES)('%s has nothing left of Markdown', (page) => {
    expect(shown(page).match(/.*(?:`|\*\*|\]\(|<!--|^#).*/gm)).toBeNull();
  });

  it('show what roff would take for its own', () => {
    const written = [
      '.TH of nobody',
      "'tis \\fBnot\\fR bold \\n(xx",
      '"quoted" -- --flag ^ ~ ` € 𝄞',
      '. .. ...',
    ].join('\n');
    const page = [
      '.TH T 1',
      '.SH X',
      ...roffOf(
        blocksOf(`\`\`\`\n${written}\n\`\`\``),
        (label) => label,
        () => [],
      ),
      ...roffOf(
        blocksOf('.dot\n\n- **a `b` c**, d'),
        (label) => label,
        () => [],
      ),
    ].join('\n');
    const { stdout, stderr } = run('man', ['--warnings', '-l', '-'], page);
    expect(stderr).toBe('');
    for (const line of written.split('\n')) expect(stdout).toContain(` ${line}\n`);
    expect(stdout).toMatch(/ \.dot\n\n +• a b c, d\n/);
  });
});

describe('the page of the command', () => {
  const page = shown(COMMAND_PAGE);
  const agent = commandTexts('0');
  const [, ...commands] = withAllBelow(agent);
  const termOf = ({ names, value }: (typeof agent.options)[number]) =>
    `${names.join(', ')}${value === undefined ? '' : ` ${value.name}`}`;
  const linesOf = (section: string) => section.split('\n').map((line) => line.trim());
  /** A short option has its text beside it. */
  const isExplained = (section: string, term: string) =>
    linesOf(section).some((line) => line === term || line.startsWith(`${term} `));

  it('has every command, with its use and what it does', () => {
    expect(commands.length).toBeGreaterThan(8);
    for (const { name, usage, about } of commands) {
      const lines = linesOf(subsectionOf(page, name));
      expect(lines).toContain(usage);
      expect(lines.join(' ').toLowerCase()).toContain(`${about.toLowerCase()}.`);
    }
  });

  it('has every option of each', () => {
    const options = sectionOf(page, 'OPTIONS');
    for (const option of [...agent.options, ...agent.further])
      expect([isExplained(options, termOf(option)), option]).toEqual([true, option]);
    for (const { name, options: own } of commands)
      for (const option of own.filter(({ names }) => !names.includes('--help')))
        expect([isExplained(subsectionOf(page, name), termOf(option)), option]).toEqual([true, option]);
  });

  it('has every exit status', () => {
    const terms = [...sectionOf(page, 'EXIT STATUS').matchAll(/^ {7}(\d(?:, \d)*) /gm)];
    const told = terms.flatMap(([, term = '']) => term.split(', ').map(Number));
    // Of a plugin, and those that the command itself has.
    expect(told.toSorted()).toEqual([...new Set([EXIT_OK, 1, 2, EXIT_UNKNOWN])].toSorted());
  });

  it('has every example', () => {
    const lines = linesOf(sectionOf(page, 'EXAMPLES'));
    expect(withAllBelow(agent).flatMap(({ examples }) => examples)).toEqual(
      expect.arrayContaining(lines.filter((line) => line !== '')),
    );
    expect(lines.length).toBeGreaterThan(8);
  });

  it('names the other one', () => {
    expect(sectionOf(page, 'SEE ALSO')).toContain('check_rlimit_passive.yaml(5)');
  });
});

describe('the page of the file', () => {
  const page = shown(FILE_PAGE);
  const keys = allKeys();
  const names = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name);

  it('has every key, and what holds without it', () => {
    const told = explained(sectionOf(page, 'KEYS'));
    expect(told).toEqual(expect.arrayContaining(names([...keys.file, ...keys.service])));
    expect(sectionOf(page, 'KEYS')).toContain('Without it: 5m.');
  });

  it('has every way to select processes, and every action', () => {
    const withColon = (of: readonly { readonly name: string }[]) => names(of).map((name) => `${name}:`);
    const words = keys.process.filter(({ example }) => example === undefined);
    const others = keys.process.filter((key) => !words.includes(key));
    expect(names(words)).toEqual(['all']);
    expect(explained(sectionOf(page, 'WHO IS WATCHED'))).toEqual(
      expect.arrayContaining([...withColon(others), ...names(words)]),
    );
    expect(explained(sectionOf(page, 'WHAT IT DOES BY ITSELF'))).toEqual(
      expect.arrayContaining(withColon(keys.action)),
    );
  });

  it.each(keys.destinations)('has every key of $type', ({ type, keys: own }) => {
    const section = subsectionOf(page, type);
    expect(explained(section)).toEqual(expect.arrayContaining(names(own)));
  });

  it('has every resource', () => {
    expect(explained(sectionOf(page, 'RESOURCES'))).toEqual(expect.arrayContaining(Object.keys(RESOURCES)));
  });
});
