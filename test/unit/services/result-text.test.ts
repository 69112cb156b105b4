import { describe, expect, it } from '@jest/globals';
import type { Reading } from '../../../src/rlimit-events/index.js';
import type { NamedProcess, Range, State, Thresholds } from '../../../src/services/index.js';
import { alerts, firstLine, parseRange } from '../../../src/services/index.js';
import { perfdataOf } from '../../../src/services/perfdata.js';
import { absentLine, figuresLine, type Figures } from '../../../src/services/result-text.js';
import { forAll, type Random } from '../random.js';
import { randomName } from './random-name.js';
import { randomRange } from './random-range.js';

const broker: NamedProcess = { pid: 4711, name: 'broker' };
const usual: Thresholds = { warning: parseRange(50), critical: parseRange('80%') };

/** With the perfdata that goes with it. */
function textOf(
  reading: Reading,
  { thresholds = usual, ...changed }: Partial<Figures> & { thresholds?: Thresholds } = {},
): string {
  const figures = { state: 'WARNING', resource: 'nofile', process: broker, reading, ...changed } as const;
  return firstLine({
    text: figuresLine(figures),
    perfdata: perfdataOf(figures.resource, thresholds, reading, changed.peak?.reading),
    longOutput: [],
  });
}

describe('a first line', () => {
  it('gives the process, its figures and the perfdata', () => {
    expect(textOf({ value: 51, limit: 1024 })).toBe(
      'FDS WARNING - broker[4711] has 51 of 1024 open files (5%) |fds=51;50;819;0;1024 fds_peak=51;50;819;0;1024',
    );
  });

  it('speaks of an unlimited resource without a share', () => {
    expect(textOf({ value: 51, limit: Infinity })).toBe(
      'FDS WARNING - broker[4711] has 51 of unlimited open files |fds=51;50;;0; fds_peak=51;50;;0;',
    );
  });

  it('speaks of memory in its units, and to the byte in the perfdata', () => {
    const ranges = { warning: parseRange('512MiB', 'bytes'), critical: parseRange('80%', 'bytes') };
    const text = textOf({ value: 851_443_712, limit: 2 ** 30 }, { resource: 'as', thresholds: ranges });
    expect(text).toBe(
      'AS WARNING - broker[4711] uses 812 MiB of 1.0 GiB of address space (79%) |as=851443712B;536870912;858993459;0;1073741824 as_peak=851443712B;536870912;858993459;0;1073741824',
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
    forAll(2000, (random) => {
      const randomProcess = () => ({ pid: random.int(1, 4194304), name: randomName(random) });
      const process = randomProcess();
      const text = textOf(randomReading(random), {
        state: random.pick<State>(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']),
        process,
        peak: { process: random.pick([process, randomProcess()]), reading: randomReading(random) },
        beyond: random.pick([0, 1, 2, random.int(0, 100_000)]),
        held: random.pick([true, false]),
      });
      const [line = '', ...rest] = text.split('|');
      expect(Array.from(line).length).toBeLessThanOrEqual(80);
      expect(rest).toEqual([expect.stringMatching(/^fds=\d+;50;\d*;0;\d* fds_peak=\d+;50;\d*;0;\d*$/)]);
      expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
    });
  });
});

describe('what gives way in a first line', () => {
  const peak = { process: broker, reading: { value: 2000, limit: 4096 } };
  const lineOf = (name: string, changed: Partial<Figures>) => {
    const process = { pid: 4711, name };
    return textOf({ value: 1000, limit: 4096 }, { state: 'OK', process, ...changed }).split(' |')[0];
  };
  const long = 'n'.repeat(20);
  const figures = '[4711] has 1000 of 4096 open files (24%)';

  it('is nothing while there is room', () => {
    const peak = { process: broker, reading: { value: 95, limit: 100 } };
    expect(textOf({ value: 81, limit: 100 }, { state: 'OK', peak, beyond: 1 })).toBe(
      'FDS OK - broker[4711] has 81 of 100 open files (81%), peak 95, 1 other beyond |' +
        'fds=81;50;80;0;100 fds_peak=95;50;80;0;100',
    );
  });

  it('is the name first, up to eight characters, then the peak, then the others', () => {
    expect(lineOf(long, { peak })).toBe(`FDS OK - ${'n'.repeat(18)}…${figures}, peak 2000`);
    expect(lineOf(long, { peak, beyond: 2 })).toBe(`FDS OK - ${'n'.repeat(12)}…${figures}, 2 others beyond`);
    expect(lineOf(long, { peak, beyond: 2, state: 'CRITICAL' })).toBe(`FDS CRITICAL - ${long}${figures}`);
    expect(lineOf('short', { peak, beyond: 2, state: 'CRITICAL' })).toBe(
      `FDS CRITICAL - short${figures}, 2 others beyond`,
    );
  });

  it('is not that the state is held', () => {
    const reading = { value: 1_000_000_000, limit: 1_073_741_816 };
    const process = { pid: 4194304, name: long };
    const [line = ''] = textOf(reading, { state: 'CRITICAL', process, beyond: 2, held: true }).split(' |');
    expect(line).toBe('FDS CRITICAL - nn…[4194304] has 1000000000 of 1073741816 open files (93%), held');
  });
});

describe('perfdata', () => {
  const perfdataOf = (warning: string, limit: number) =>
    textOf({ value: 7, limit }, { thresholds: { warning: parseRange(warning) } })
      .split('|')[1]
      ?.split(' ')[0];

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
    const counts = Array.from({ length: 105 }, (_, count) => count);
    forAll(2000, (random) => {
      const limit = random.int(0, 100);
      const range = randomRange(random, 60);
      const [, printed = ''] = perfdataOf(range.text, limit)?.split(';') ?? [];
      const verdicts = (judge: Range) => counts.map((value) => alerts(judge, { value, limit }));
      expect([range, limit, verdicts(parseRange(printed))]).toEqual([range, limit, verdicts(range)]);
    });
  });
});

describe('a service without a process', () => {
  it('says so', () => {
    expect(absentLine({ resource: 'nofile', state: 'OK' })).toBe('FDS OK - no process matches');
    expect(absentLine({ resource: 'nofile', state: 'UNKNOWN', ended: broker })).toBe(
      'FDS UNKNOWN - broker[4711] has ended, no process matches',
    );
  });

  it('says it on one line of at most 79 characters without perfdata', () => {
    forAll(1000, (random) => {
      const ended = { pid: random.int(1, 4194304), name: randomName(random) };
      const text = absentLine({ resource: 'nofile', state: 'CRITICAL', ended, held: true });
      expect(Array.from(text).length).toBeLessThanOrEqual(79);
      expect(text).not.toMatch(/[|\p{Cc}\p{Cs}\u2028\u2029]/u);
      expect(text).toContain(`[${ended.pid}] has ended, no process matches, held`);
    });
  });
});

function randomReading(random: Random): Reading {
  const greatest = random.pick([10, 1024, 1_048_576, 999_999_999_999_999]);
  return { value: random.int(0, greatest), limit: random.pick([random.int(0, greatest), Infinity]) };
}
