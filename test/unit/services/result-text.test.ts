import { describe, expect, it } from '@jest/globals';
import type { Reading } from '../../../src/rlimit-events/index.js';
import type { NamedProcess, Range, State } from '../../../src/services/index.js';
import {
  alerts,
  cannotWatchText,
  endedText,
  lostText,
  parseRange,
  resultText,
} from '../../../src/services/index.js';
import type { Random } from './random.js';
import { randomFrom } from './random.js';
import { randomRange } from './random-range.js';

const broker: NamedProcess = { pid: 4711, name: 'broker' };
const thresholds = { warning: parseRange(50), critical: parseRange('80%') };

function textOf(reading: Reading, changed: Partial<Parameters<typeof resultText>[0]> = {}): string {
  return resultText({
    state: 'WARNING',
    resource: 'nofile',
    process: broker,
    reading,
    thresholds,
    ...changed,
  });
}

describe('resultText', () => {
  it('gives the process, its figures and the perfdata', () => {
    expect(textOf({ value: 51, limit: 1024 })).toBe(
      'FDS WARNING - broker[4711] has 51 of 1024 open files (5%) |fds=51;50;819;0;1024',
    );
  });

  it('speaks of an unlimited resource without a share', () => {
    expect(textOf({ value: 51, limit: Infinity })).toBe(
      'FDS WARNING - broker[4711] has 51 of unlimited open files |fds=51;50;;0;',
    );
  });

  it.each([
    [{ value: 0, limit: 1024 }, '(0%)'],
    [{ value: 1020, limit: 1024 }, '(99%)'],
    [{ value: 1024, limit: 1024 }, '(100%)'],
    [{ value: 81, limit: 10 }, '(810%)'],
    [{ value: 3, limit: 0 }, 'has 3 of 0 open files |'],
  ])('of %j says %s', (reading, share) => {
    expect(textOf(reading)).toContain(share);
  });

  it('leaves a kernel name whole beside figures at the default hard limit of systemd', () => {
    const process = { pid: 4194304, name: 'fifteen-letters' };
    const text = textOf({ value: 524288, limit: 524288 }, { state: 'CRITICAL', process });
    expect(text).toContain('fifteen-letters[4194304] has 524288 of 524288 open files (100%) |');
  });

  it('shortens a long name, not the figures', () => {
    const process = { pid: 4711, name: 'n'.repeat(300) };
    const [line = ''] = textOf({ value: 51, limit: 1024 }, { process }).split('|');
    expect(line).toMatch(/^FDS WARNING - n{20,}…\[4711\] has 51 of 1024 open files \(5%\) $/);
    expect(line).toHaveLength(80);
  });

  it('lets no process name change the form of the output', () => {
    const process = { pid: 4711, name: 'a|b\nc\\nd\te\u2028f\u202eg\ud800h\u0085i' };
    expect(textOf({ value: 1, limit: 10 }, { process })).toMatch(
      /^FDS WARNING - a\?b\?c\?nd\?e\?f\?g\?h\?i\[4711\] has/,
    );
  });

  it('stays one line of at most 80 characters before the bar, with all perfdata on it', () => {
    const random = randomFrom(4);
    for (let round = 0; round < 2000; round++) {
      const text = textOf(randomReading(random), {
        state: random.pick<State>(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']),
        process: { pid: random.int(1, 4194304), name: randomName(random) },
      });
      const [line = '', ...rest] = text.split('|');
      expect(Array.from(line).length).toBeLessThanOrEqual(80);
      expect(rest).toEqual([expect.stringMatching(/^fds=\d+;50;\d*;0;\d*$/)]);
      expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
    }
  });
});

describe('perfdata', () => {
  const perfdataOf = (warning: string, limit: number) =>
    textOf({ value: 7, limit }, { thresholds: { warning: parseRange(warning) } }).split('|')[1];

  it.each([
    ['50', 100, '50'],
    ['80%', 100, '80'],
    ['80%', 1000000007, '800000005'],
    ['80%:', 1000000007, '800000006:'],
    ['10:90%', 100, '10:90'],
    ['@10:90%', 100, '@10:90'],
    ['~:80%', 200, '~:160'],
    ['10:', 100, '10:'],
    ['0:', 100, '0:'],
    ['~:', 100, '~:'],
    ['50:10%', 100, '@~:'],
    ['@50:10%', 100, '~:'],
    ['80%', Infinity, ''],
    ['10:80%', Infinity, ''],
    ['10:80', Infinity, '10:80'],
  ])('prints %s under the limit %d as %s', (range, limit, printed) => {
    expect(perfdataOf(range, limit)).toBe(`fds=7;${printed};;0;${limit === Infinity ? '' : limit}`);
  });

  it('prints a threshold that alerts at the same counts', () => {
    const random = randomFrom(5);
    const counts = Array.from({ length: 105 }, (_, count) => count);
    for (let round = 0; round < 2000; round++) {
      const limit = random.int(0, 100);
      const range = randomRange(random, 60);
      const [, printed = ''] = perfdataOf(range.text, limit)?.split(';') ?? [];
      const verdicts = (judge: Range) => counts.map((value) => alerts(judge, { value, limit }));
      expect([range, limit, verdicts(parseRange(printed))]).toEqual([range, limit, verdicts(range)]);
    }
  });
});

describe('the texts of an UNKNOWN service', () => {
  it('say what has happened', () => {
    expect(endedText('nofile', broker)).toBe('FDS UNKNOWN - broker[4711] has ended');
    expect(lostText('nofile', broker, 3)).toBe('FDS UNKNOWN - 3 events of broker[4711] lost');
    expect(cannotWatchText('nofile', broker, 'no such process')).toBe(
      'FDS UNKNOWN - cannot watch broker[4711]: no such process',
    );
  });

  it('name the process beside a long reason', () => {
    expect(cannotWatchText('nofile', { ...broker, name: 'broker-worker' }, 'r'.repeat(100))).toMatch(
      /^FDS UNKNOWN - cannot watch broker-…\[4711\]: r{20,}…$/,
    );
  });

  it('do without a name that is not known', () => {
    expect(cannotWatchText('nofile', { pid: 4711, name: '' }, 'no such process')).toBe(
      'FDS UNKNOWN - cannot watch process[4711]: no such process',
    );
  });

  it('are one line of at most 80 characters without perfdata', () => {
    const random = randomFrom(6);
    for (let round = 0; round < 1000; round++) {
      const process = { pid: random.int(1, 4194304), name: randomName(random) };
      for (const text of [
        endedText('nofile', process),
        lostText('nofile', process, random.int(1, 1_000_000_000)),
        cannotWatchText('nofile', process, randomName(random)),
      ]) {
        expect(Array.from(text).length).toBeLessThanOrEqual(80);
        expect(text).not.toMatch(/[|\p{Cc}\p{Cs}\u2028\u2029]/u);
        expect(text).toContain(`[${process.pid}]`);
      }
    }
  });
});

function randomReading(random: Random): Reading {
  const greatest = random.pick([10, 1024, 1_048_576, 999_999_999_999_999]);
  return { value: random.int(0, greatest), limit: random.pick([random.int(0, greatest), Infinity]) };
}

function randomName(random: Random): string {
  const characters = [
    ' ',
    'a',
    'é',
    '測',
    '🦀',
    '|',
    '\n',
    '\\',
    '\u0007',
    '\u2029',
    '\udc00',
    '<',
    ';',
  ] as const;
  return Array.from({ length: random.int(0, 100) }, () => random.pick(characters)).join('');
}
