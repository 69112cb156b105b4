/** The two man pages, made of what --help, the schema and docs/ say. */
import { configJsonSchema } from '../../src/config/index.js';
import { ENCRYPTIONS } from 'nsca-client';
import { SELECTOR } from '../../plugins/command-line.js';
import { withAllBelow, type CommandText, type OptionText } from './commands.js';
import { pageOf, sectionOf, type Page } from './docs.js';
import { allKeys, writtenKey, type Key, type Keys } from './keys.js';
import type { Block } from './markdown.js';
import { COMMAND_PAGE, FILE_PAGE, INSTALLED, referencesFrom } from './references.js';
import { code, entry, escaped, lineOf, roffOf } from './roff.js';

const FILE = '/etc/check_rlimit_passive/config.yaml';

/** Both, by their names as files. */
export function manPages(version: string, agent: CommandText): Readonly<Record<string, string>> {
  const keys = allKeys();
  return {
    'check_rlimit_passive.8': page(COMMAND_PAGE, version, commandPage(agent, keys)),
    'check_rlimit_passive.yaml.5': page(FILE_PAGE, version, filePage(keys)),
  };
}

/** @param name with its section, as others refer to it */
function page(name: string, version: string, lines: readonly string[]): string {
  const [, title = '', section = ''] = /^(.*)\((.)\)$/.exec(name) ?? [];
  return [
    '.\\" Made by the build: scripts/manual/man-pages.ts. What it says is to be changed in docs/, plugins/ and src/.',
    `.TH ${title.toUpperCase()} ${section} "" "check_rlimit_passive ${escaped(version)}" "check_rlimit_passive"`,
    // What is to be copied is not cut, and lines are not stretched for it. Each paragraph asks for these.
    '.ds AD l',
    '.nr HY 0',
    '.ad l',
    '.nh',
    // A heading begins a paragraph by itself.
    ...lines.filter((line, index) => line !== '.PP' || !/^\.S[HS] /.test(lines[index - 1] ?? '')),
    '',
  ].join('\n');
}

function commandPage(agent: CommandText, keys: Keys): string[] {
  const readme = pageOf('README.md');
  const commands = pageOf('docs/commands.md');
  const limits = pageOf('docs/limits.md');
  const all = withAllBelow(agent);
  const about = (key: string) => ofKeys([...keys.process, ...keys.service], key).about;
  const inFile = referencesFrom('docs/configuration.md', COMMAND_PAGE);
  const text = (source: Page, blocks: readonly Block[]) =>
    roffOf(blocks, referencesFrom(source.file, COMMAND_PAGE), () => []);
  return [
    ...nameOf(COMMAND_PAGE, agent.about),
    ...heading('Synopsis'),
    ...all
      .filter((each) => each === agent || each.commands.length === 0)
      .flatMap((each) => [usageOf(each), '.br'])
      .slice(0, -1),
    ...heading('Description'),
    ...text(readme, readme.beginning.slice(0, 1)),
    ...text(commands, sectionOf(commands, 'The agent')),
    ...heading('Options'),
    ...agent.options.flatMap((option) => optionEntry(option, escaped(sentence(option.inFull)))),
    ...subheading('Without a file'),
    ...code(SELECTOR.trim()),
    ...agent.further.flatMap((option) => optionEntry(option, lineOf(sentence(about(keyOf(option))), inFile))),
    ...[...commands.sections.keys()]
      .filter((title) => title.startsWith('--'))
      .flatMap((title) => [...subheading(title), ...text(commands, sectionOf(commands, title))]),
    ...heading('Commands'),
    ...all
      .slice(1)
      .flatMap((command) => [
        ...subheading(command.name),
        usageOf(command),
        '.PP',
        escaped(sentence(command.about)),
        ...(commands.sections.has(command.name) ? text(commands, sectionOf(commands, command.name)) : []),
        ...command.options
          .filter(({ names }) => !names.includes('--help'))
          .flatMap((option) => optionEntry(option, escaped(sentence(option.inFull)))),
      ]),
    ...heading('Exit status'),
    ...text(commands, sectionOf(commands, 'Exit codes')),
    ...heading('Files'),
    ...files(keys, COMMAND_PAGE),
    ...heading('Examples'),
    ...code([...new Set(all.flatMap(({ examples }) => examples))].join('\n')),
    ...heading(limits.title),
    ...text(limits, limits.beginning),
    ...seeAlso(FILE_PAGE),
  ];
}

function filePage(keys: Keys): string[] {
  const file = pageOf('docs/configuration.md');
  const destinations = pageOf('docs/destinations.md');
  const resources = pageOf('docs/resources.md');
  const text = (source: Page, blocks: readonly Block[]) => {
    const reference = referencesFrom(source.file, FILE_PAGE);
    return roffOf(blocks, reference, (which) =>
      keyEntries(which, keys).flatMap(([term, ...texts]) => entry(lineOf(term, reference), texts, reference)),
    );
  };
  return [
    ...nameOf(FILE_PAGE, String(configJsonSchema().title)),
    ...heading('Description'),
    ...text(file, file.beginning),
    ...[...file.sections].flatMap(([title, blocks]) => [...heading(title), ...text(file, blocks)]),
    ...heading(destinations.title),
    ...text(destinations, destinations.beginning),
    ...[...destinations.sections].flatMap(([title, blocks]) => [
      ...subheading(title),
      ...text(destinations, blocks),
    ]),
    ...heading(resources.title),
    ...text(resources, resources.beginning),
    ...heading('Files'),
    ...files(keys, FILE_PAGE),
    ...seeAlso(COMMAND_PAGE),
  ];
}

/** What is said of each key of a section, after the key itself. In Markdown. */
function keyEntries(which: string, keys: Keys): (readonly [term: string, ...texts: string[]])[] {
  // Of these one is written, so that how it is written is the first that one looks for.
  if (which === 'process' || which === 'action')
    return keys[which].map((key) => [`\`${writtenKey(key)}\``, ...textsOf(key)]);
  const section =
    which === 'file' || which === 'service'
      ? keys[which]
      : keys.destinations.find(({ type }) => type === which)?.keys;
  if (!section) throw new Error(`there are no keys of ${which}`);
  return section.map((key) => [
    `\`${key.name}\``,
    ...textsOf(key),
    ...(key.name === 'encryption' ? [METHODS] : []),
    ...(key.example === undefined ? [] : [`For example: \`${key.name}: ${key.example}\``]),
  ]);
}

const METHODS = `The methods are ${ENCRYPTIONS.map(({ name, number }) => `\`${name}\` (${number})`).join(', ')}.`;

function textsOf({ about, without }: Key): string[] {
  if (without === 'none') return [sentence(about)];
  return [sentence(about), without === 'required' ? 'It is required.' : `Without it: ${without}.`];
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function nameOf(name: string, about: string): string[] {
  const phrase = about.replace(/\.$/, '');
  return [
    ...heading('Name'),
    `${escaped(name.replace(/\(.\)$/, ''))} \\- ${escaped(phrase.charAt(0).toLowerCase() + phrase.slice(1))}`,
  ];
}

const heading = (title: string) => [`.SH ${escaped(title.toUpperCase())}`];
const subheading = (title: string) => [`.SS ${escaped(title)}`];

function usageOf({ name, usage }: CommandText): string {
  const command = `check_rlimit_passive ${name}`.trim();
  return `\\fB${escaped(command)}\\fR${escaped(usage.slice(command.length))}`;
}

/** @param about a line */
function optionEntry({ names, value }: OptionText, about: string): string[] {
  const written = names.map((name) => `\\fB${escaped(name)}\\fR`).join(', ');
  return ['.TP', value === undefined ? written : `${written} \\fI${escaped(value.name)}\\fR`, about];
}

/** The key of the file that says the same. */
const keyOf = ({ names }: OptionText) => (names.at(-1) ?? '').replace('--', '');

function ofKeys(keys: readonly Key[], wanted: string): Key {
  const key = keys.find(({ name }) => name === wanted);
  if (key === undefined)
    throw new Error(`--${wanted} is no key of the file: its text has to stand somewhere`);
  return key;
}

/** The configuration, and what the file has a place for that is told as its default. */
function files(keys: Keys, manPage: string): string[] {
  const reference = referencesFrom('docs/configuration.md', manPage);
  const page = manPage === FILE_PAGE ? '' : `, see ${FILE_PAGE}`;
  return [
    ...entry(lineOf(`\`${FILE}\``, reference), [`${String(configJsonSchema().title)}${page}.`], reference),
    ...keys.file
      .filter(({ without }) => without.startsWith('`/'))
      .flatMap(({ about, without }) => entry(lineOf(without, reference), [sentence(about)], reference)),
  ];
}

function seeAlso(other: string): string[] {
  const pages = [other, 'setrlimit(2)', 'limits.conf(5)', 'prlimit(1)'].map((each) => {
    const [, name = '', section = ''] = /^(.*)(\(.\))$/.exec(each) ?? [];
    return `\\fB${escaped(name)}\\fR${section}`;
  });
  return [
    ...heading('See also'),
    pages.join(', '),
    '.PP',
    `What is named ${INSTALLED.join(' or ')} is in /usr/share/doc/check\\-rlimit\\-passive, all else in the sources.`,
  ];
}
