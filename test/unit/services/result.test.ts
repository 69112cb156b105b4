import { describe, expect, it } from '@jest/globals';
import {
  outputLines,
  parseOutputLines,
  parseResultLine,
  pluginOutput,
  resultFromJson,
  resultLine,
  resultToJson,
  withExplanation,
  type ServiceResult,
} from '../../../src/services/index.js';

const fds = { label: 'fds', value: 81, unit: '', warning: '@10:20', min: 0, max: 100 };
const cpu = { label: 'cpu_peak', value: 91.234567, unit: 's', critical: '~:90', min: 0 };
const result: ServiceResult = {
  host: 'gw01',
  service: 'broker fds',
  state: 'CRITICAL',
  time: 1_790_000_000_000,
  cause: 'change',
  worsened: true,
  text: 'FDS CRITICAL - x',
  perfdata: [fds, cpu],
  longOutput: ['one', 'two'],
};
const worst = {
  process: { pid: 7, name: 'x' },
  reading: { value: 81, limit: 100 },
  resource: 'nofile',
} as const;

describe('a result as a plugin prints it', () => {
  it('has all perfdata on the first line, and the long output after it', () => {
    expect(pluginOutput(result)).toBe(
      'FDS CRITICAL - x |fds=81;@10:20;;0;100 cpu_peak=91.234567s;;~:90;0;\none\ntwo',
    );
    expect(pluginOutput({ ...result, perfdata: [], longOutput: [] })).toBe('FDS CRITICAL - x');
  });

  it.each([
    [0, ''],
    [9999, ''],
    [10_000, ' (delayed 10s)'],
    [59_999, ' (delayed 59s)'],
    [60_000, ' (delayed 1m)'],
    [3_600_000, ' (delayed 1h)'],
    [26 * 3_600_000, ' (delayed 1d)'],
  ])('says that it is %d ms late: "%s"', (delay, note) => {
    expect(outputLines({ ...result, delay })).toEqual([
      `FDS CRITICAL - x${note} |fds=81;@10:20;;0;100 cpu_peak=91.234567s;;~:90;0;`,
      'one',
      'two',
    ]);
  });

  it.each([66, 67, 79])(
    'of a text of %d characters has at most 80 before the bar, however late',
    (length) => {
      const text = 'ß'.repeat(length);
      const [line = ''] = pluginOutput({ ...result, text, delay: 240_000 }).split('|');
      expect(Array.from(line)).toHaveLength(Math.min(80, length + ' (delayed 4m) '.length));
      expect(line).toMatch(/ß…? \(delayed 4m\) $/);
    },
  );

  it('is read again as it was', () => {
    const { text, perfdata, longOutput } = result;
    expect(parseOutputLines(outputLines(result))).toEqual({ text, perfdata, longOutput });
    expect(parseOutputLines(['no process'])).toEqual({ text: 'no process', perfdata: [], longOutput: [] });
    expect(parseOutputLines([])).toEqual({ text: '', perfdata: [], longOutput: [] });
  });

  it.each(['a |b', 'a |fds=81 b', 'a |fds=x;;;0;', "a |'b c'=1", 'a|fds=1'])(
    'of another plugin is text as a whole: %s',
    (line) => {
      expect(pluginOutput(parseOutputLines([line, 'c']))).toBe(`${line}\nc`);
    },
  );
});

describe('a result as a line for send_nsca', () => {
  const line = String.raw`gw01	broker fds	2	FDS CRITICAL - x |fds=81;@10:20;;0;100 cpu_peak=91.234567s;;~:90;0;\none\ntwo`;

  it('separates the fields by tabs, and writes a newline as \\n', () => {
    expect(resultLine(result)).toBe(line);
  });

  it('is read again as it was', () => {
    const { host, service, state, text, perfdata, longOutput } = result;
    expect(parseResultLine(line)).toEqual({ host, service, state, text, perfdata, longOutput });
  });

  it.each(['', 'gw01', 'gw01\tx\t4\ty', 'gw01\tx\t\ty\tz', 'listening on 127.0.0.1 port 1'])(
    'is not read from another line: %j',
    (other) => {
      expect(parseResultLine(other)).toBeUndefined();
    },
  );
});

describe('a result as JSON', () => {
  it.each<[string, ServiceResult]>([
    ['with all that it can have', { ...result, worst, delay: 12 }],
    ['without a process', { ...result, perfdata: [] }],
    ['without a limit', { ...result, worst: { ...worst, reading: { value: 81, limit: Infinity } } }],
  ])('%s is read again as it was', (_, whole) => {
    expect(resultFromJson(JSON.parse(JSON.stringify(resultToJson(whole))))).toEqual(whole);
  });

  it.each<[string, object]>([
    ['no text', { text: 7 }],
    ['no time', { time: '1' }],
    ['no state', { state: 'BAD' }],
    ['no cause', { cause: 'chance' }],
    ['no flag', { worsened: 0 }],
    ['no list of perfdata', { perfdata: 'fds=1' }],
    ['perfdata without a value', { perfdata: [{ label: 'fds', unit: '' }] }],
    ['a maximum that is none', { perfdata: [{ ...fds, max: null }] }],
    ['a line that is none', { longOutput: ['a', null] }],
    ['a resource that is none', { worst: { pid: 1, name: '', resource: 'toString', value: 1, limit: 1 } }],
    ['a delay that is none', { delay: 'long' }],
  ])('with %s is none', (_, changed) => {
    expect(resultFromJson({ ...resultToJson(result), ...changed })).toBeUndefined();
  });
});

describe('an explanation', () => {
  it('comes before the other long output', () => {
    expect(withExplanation(result, ['three'])).toEqual({ ...result, longOutput: ['three', 'one', 'two'] });
    expect(withExplanation(result, [])).toEqual(result);
  });

  it('has lines of which each is one', () => {
    expect(withExplanation(result, ['a\nb|c\\nd\u2028e']).longOutput).toEqual(['a?b?c?nd?e', 'one', 'two']);
  });
});
