import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig, type Config } from '../../../src/config/index.js';
import { forAll, type Random } from '../random.js';
import { mustBeRefused, mustBeTaken } from './by-schema.js';
import { everyKey, example } from './example.js';

describe('parseConfig', () => {
  it('gives of any text a configuration, or one line that says where it is wrong and what to do', () => {
    const outcomes = { valid: 0, refused: 0 };
    forAll(10_000, (random) => {
      const text = mutated(random.pick([example, everyKey, everyKey]), random);
      const result = parsed(text);
      const refused = result instanceof ConfigError;
      outcomes[refused ? 'refused' : 'valid']++;
      const wrong = refused ? misplaced(result, text) : strange(result);
      expect({ text, wrong }).toEqual({ text, wrong: [] });
      // Neither is stricter than the other, but for the rules that a JSON Schema cannot say.
      if (refused) mustBeRefused(text, result);
      else mustBeTaken(text);
    });
    // Both must be common, or the mutations say little.
    const all = outcomes.valid + outcomes.refused;
    expect(Math.min(outcomes.valid, outcomes.refused)).toBeGreaterThan(all / 20);
  });
});

function parsed(text: string): Config | ConfigError {
  try {
    return parseConfig(text, 'f.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw new Error(`not a ConfigError for ${JSON.stringify(text)}`, { cause: error });
  }
}

/** What in a configuration its type does not allow. */
function strange({ heartbeat = 1000, services, ...paths }: Config): string[] {
  const within = (least: number, value: number, most: number) => least <= value && value <= most;
  const absolute = (path: unknown) => typeof path === 'string' && /^\/[^\p{Cc}]*$/u.test(path);
  const claims: Record<string, boolean> = {
    heartbeat: within(1000, heartbeat, 7 * 86_400_000),
    places: [paths.stateDirectory, paths.statusSocket, paths.btfFile].every(
      (path) => path === undefined || absolute(path),
    ),
    names: new Set(services.map(({ description }) => description)).size === services.length,
    thresholds: services.every(({ thresholds: { warning, critical } }) => warning ?? critical),
    inherit: services.every(({ inherit }) => typeof inherit === 'boolean'),
    absent: services.every(({ absent }) =>
      ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN', undefined].includes(absent),
    ),
    hold: services.every(({ hold }) => within(0, hold, 3_600_000)),
    process: services.every(({ process }) => {
      if (process.kind === 'pid') return within(1, process.pid, 4_194_303);
      if (process.kind === 'all') return true;
      return 'path' in process ? absolute(process.path) : within(1, process.name.length, 255);
    }),
    reportEvery: services.every(({ reportEvery: every = { kind: 'value', value: 1 } }) =>
      every.kind === 'value' ? within(1, every.value, 1e15) : within(2, every.percent, 100),
    ),
    actions: services.every(({ actions }) =>
      [...actions.warning, ...actions.critical, ...actions.ok].every(
        ({ kind, atMost }) =>
          ['signal', 'raise-limit', 'restart-unit', 'run'].includes(kind) &&
          (atMost === undefined || (atMost.count >= 1 && atMost.per >= 1000)),
      ),
    ),
  };
  return Object.keys(claims).filter((claim) => !claims[claim]);
}

/** What is wrong with a problem's own line and place. */
function misplaced({ message, position }: ConfigError, text: string): string[] {
  const { line = 0, column = 0 } = position ?? {};
  const written = text.split('\n')[line - 1];
  return [
    ...(/^f\.yaml:\d+:\d+: [^\p{Cc}\u2028\u2029]+; [^\p{Cc}\u2028\u2029]+$/u.test(message) ? [] : [message]),
    ...(message.startsWith(`f.yaml:${line}:${column}: `) ? [] : ['the message has another position']),
    ...(written !== undefined && column >= 1 && column <= written.length + 1 ? [] : ['no such place']),
  ];
}

type Mutation = (text: string, random: Random) => string;

const pieces = [
  ...['', ' ', '\n', '\t', '\r\n', '\0', '\u0085', '\ufeff', '🦀', '\ud800'],
  ...[
    ':',
    ': ',
    '-',
    '- ',
    '? ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '#',
    ' #',
    '&a ',
    '*a',
    '!a ',
    '!!set ',
    '!!binary ',
  ],
  ...['|', '>', '"', "'", '%', '%YAML 9.9\n', '@', '`', '~', '<<: ', '---\n', '...\n', '\\', '"\\ud800"'],
  ...[
    '0',
    '-1',
    '1e999',
    '.nan',
    '0x1f',
    'true',
    'null',
    '50',
    '80%',
    '10:',
    '"@1:2"',
    '__proto__',
    'constructor',
  ],
  ...[
    '5m',
    '1h',
    '500ms',
    '99999999999d',
    'off',
    'SIGKILL',
    '3 per 10m',
    '2%',
    '/',
    '/../',
    '--',
    '@.service',
    '"\\0"',
  ],
  ...[
    'heartbeat: ',
    'hold: 1m\n',
    'pid: 1, ',
    'unit: a',
    '{}',
    '[]',
    '{ signal: USR1 }',
    '[/bin/true]',
    'up_to: 5',
  ],
  ...['host: a\n', 'pid: 1', 'services:\n', 'critical: 1\n', ';', '[[[[', 'a'.repeat(200)],
] as const;

const mutations: readonly [Mutation, ...Mutation[]] = [
  // Put a piece somewhere, or in the place of something.
  (text, random) => splice(text, random, 0, random.pick(pieces)),
  (text, random) => splice(text, random, random.int(1, 12), random.pick(pieces)),
  // Words, so that keys and values change places.
  (text, random) => replaceOne(words, text, random, oneOf(words, text, random)[0]),
  (text, random) => replaceOne(words, text, random, random.pick(pieces)),
  // What stands behind a key.
  (text, random) => replaceOne(values, text, random, oneOf(values, text, random)[0]),
  (text, random) => replaceOne(values, text, random, random.pick(pieces)),
  // Lines: lost, doubled, indented.
  (text, random) => changeLine(text, random, () => []),
  (text, random) => changeLine(text, random, (line) => [line, line]),
  (text, random) => changeLine(text, random, (line) => [' '.repeat(random.int(0, 6)) + line.trimStart()]),
  (text, random) => text.slice(0, random.int(0, text.length)),
];

function mutated(text: string, random: Random): string {
  const times = random.pick([1, 1, 1, 2, 3, 8]);
  return Array.from({ length: times }).reduce<string>((so) => random.pick(mutations)(so, random), text);
}

function splice(text: string, random: Random, dropped: number, inserted: string): string {
  const at = random.int(0, text.length);
  return text.slice(0, at) + inserted + text.slice(at + dropped);
}

const words = /[\w.%/]+/g;
const values = /(?<=: )[^,}\n]+/g;

function oneOf(pattern: RegExp, text: string, random: Random): { 0: string; index: number } {
  const all = [...text.matchAll(pattern)];
  return all[random.int(0, Math.max(0, all.length - 1))] ?? { 0: '', index: 0 };
}

function replaceOne(pattern: RegExp, text: string, random: Random, replacement: string): string {
  const { 0: found, index } = oneOf(pattern, text, random);
  return text.slice(0, index) + replacement + text.slice(index + found.length);
}

function changeLine(text: string, random: Random, change: (line: string) => string[]): string {
  const lines = text.split('\n');
  const chosen = random.int(0, lines.length - 1);
  return lines.flatMap((line, index) => (index === chosen ? change(line) : [line])).join('\n');
}
