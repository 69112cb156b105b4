import { describe, expect, it } from '@jest/globals';
import { decodeResults, encodeResults } from '../../../src/delivery/outbox-format.js';
import { result } from './fake-destination.js';

const NOW = 1.7e12;
const HOUR = 3_600_000;
const ago = (time: number, now: { boot: string; uptime: number; time: number }) => {
  const [read] = decodeResults(encodeResults([result(1, { time })], SAVED), now) ?? [];
  return now.time - (read?.time ?? NaN);
};
/** Ten minutes after the boot, on a board whose clock began in 1970. */
const SAVED = { boot: 'a', uptime: 600_000, time: 600_000 };

describe('a result that was saved', () => {
  it('is as old as it is when the clock was set within the same boot', () => {
    expect(ago(590_000, { boot: 'a', uptime: 600_000 + HOUR, time: NOW })).toBe(HOUR + 10_000);
  });

  it('is new when nobody knows how old it is', () => {
    expect(ago(590_000, { boot: 'b', uptime: 1000, time: NOW })).toBe(0);
  });

  it.each([
    ['the same boot', 'a'],
    ['another', 'b'],
  ])('is as old as its time says when the clock was true, in %s', (_what, boot) => {
    const saved = { boot: 'a', uptime: 1000, time: NOW };
    const [read] =
      decodeResults(encodeResults([result(1, { time: NOW - 5000 })], saved), {
        boot,
        uptime: 1000 + HOUR,
        time: NOW + HOUR,
      }) ?? [];
    expect(read?.time).toBe(NOW - 5000);
  });

  it.each([
    ['it was suspended, by nothing', { asleep: 0 }, { asleep: HOUR }, 0],
    ['it was, and the clock was set, by that', { asleep: 0 }, { asleep: HOUR / 2 }, HOUR / 2],
    ['the file says nothing of that, as if it had not been', {}, { asleep: HOUR }, HOUR],
    // A container can have an uptime of its own.
    [
      'the uptime begins anew within the boot, as if it had not been',
      { asleep: 9 * HOUR },
      { asleep: 0 },
      HOUR,
    ],
  ])('is moved where %s', (_what, before, after, moved) => {
    const saved = { boot: 'a', uptime: 1000, time: NOW, ...before };
    const now = { boot: 'a', uptime: 1000 + 5000, time: NOW + 5000 + HOUR, ...after };
    const [read] = decodeResults(encodeResults([result(1, { time: NOW })], saved), now) ?? [];
    expect((read?.time ?? NaN) - NOW).toBe(moved);
  });

  it('of an older version, which says nothing of clocks, keeps its time', () => {
    const text = encodeResults([result(1, { time: NOW })], SAVED).replace(/"saved":\{[^}]*\},/, '');
    expect(decodeResults(text)?.[0]?.time).toBe(NOW);
  });
});
