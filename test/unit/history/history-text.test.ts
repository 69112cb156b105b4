import { describe, expect, it } from '@jest/globals';
import { historyText, type Crossing } from '../../../src/history/index.js';
import { sparkline } from '../../../src/history/sparkline.js';

const at = (...time: [number, number, number]) => new Date(2026, 10, 29, ...time).getTime();
const process = { limit: 100, pid: 4711, name: 'bro\u001bker' };
const crossings: Crossing[] = [
  { time: at(15, 42, 1), state: 'OK', value: 20, ...process },
  { time: at(15, 42, 3), state: 'WARNING', value: 51, ...process },
  { time: at(15, 43, 59), state: 'CRITICAL', value: 100, ...process },
  { time: at(16, 0, 0), state: 'UNKNOWN' },
];
const layout = { columns: 80, crossings: 10, ascii: false, colours: false };
const services = [{ description: 'broker fds', resource: 'nofile', crossings }] as const;

describe('the text of a history', () => {
  it('has the state, the values and the crossings of a service', () => {
    expect(historyText(services, layout)).toEqual(
      [
        'UNKNOWN   broker fds, since 2026-11-29 16:00:00',
        '          ▂▅█   20 to 100',
        '          2026-11-29 15:42:01  OK         20 of 100   20%  bro?ker[4711]',
        '          2026-11-29 15:42:03  WARNING    51 of 100   51%  bro?ker[4711]',
        '          2026-11-29 15:43:59  CRITICAL  100 of 100  100%  bro?ker[4711]',
        '          2026-11-29 16:00:00  UNKNOWN   no process',
      ].map((line) => line.replaceAll('bro?ker', historyName())),
    );
  });

  it('has signs that every terminal has, if that is wanted', () => {
    const memory = [{ description: 'rt', resource: 'rttime', crossings }] as const;
    const text = historyText(memory, { ...layout, ascii: true }).join('\n');
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toContain('=#   20 us to 100 us');
  });

  it('has as many crossings as are wanted, the newest, and says that there are more', () => {
    expect(historyText(services, { ...layout, crossings: 1 }).slice(2)).toEqual([
      '          3 older: see -v',
      '          2026-11-29 16:00:00  UNKNOWN   no process',
    ]);
  });

  it('has colours only where they are wanted', () => {
    expect(historyText(services, { ...layout, colours: true })[0]).toBe(
      '\u001b[35mUNKNOWN \u001b[0m  broker fds, since 2026-11-29 16:00:00',
    );
  });

  it('fits into a narrow terminal', () => {
    const many = Array.from({ length: 50 }, (_, value) => ({ ...crossings[0], value }) as Crossing);
    const [, values] = historyText([{ ...services[0], crossings: many }], { ...layout, columns: 40 });
    expect(values).toHaveLength(40);
  });

  it('says that a service has none', () => {
    expect(historyText([{ ...services[0], crossings: [] }], layout)).toEqual([
      'broker fds: no crossing is kept',
    ]);
  });
});

describe('a sparkline', () => {
  it.each<[(number | undefined)[], string]>([
    [[], ''],
    [[0, 0], '▁▁'],
    [[0, 1, 2, 3, 4, 5, 6, 7, 8], '▁▂▃▄▅▆▇██'],
    [[5, undefined, 10], '▅ █'],
  ])('of %j is %j', (values, signs) => {
    expect(sparkline(values, { ascii: false })).toBe(signs);
  });
});

/** As printable() shows it. */
function historyName(): string {
  return (
    historyText([{ ...services[0], crossings: crossings.slice(0, 1) }], layout)[1]?.match(/\S*ker/)?.[0] ?? ''
  );
}
