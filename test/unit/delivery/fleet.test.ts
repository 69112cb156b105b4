/** A server that was away has the gateways of a whole site come back: never so many at once that they are a burden. */
import { describe, expect, it } from '@jest/globals';
import { delayAfter, paceOfRepetitions } from '../../../src/delivery/backoff.js';
import { dice } from '../../support/seeded.js';

/** So many that chance makes little of a second. */
const GATEWAYS = 20_000;

/** The most that come in one second, once it is back, beside the heartbeats of one. `tries`: when each comes. */
function mostTimesTheBeats(tries: readonly number[], heartbeat: number): number {
  const seconds = new Map<number, number>();
  for (const time of tries) {
    const second = Math.floor(time / 1000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  return Math.max(...seconds.values()) / (GATEWAYS / (heartbeat / 1000));
}

/** With rarer ones a gateway tries each five minutes, which is more often than it beats. */
const HEARTBEATS = [10_000, 60_000, 300_000];

describe.each(HEARTBEATS)('gateways with a heartbeat of %i ms', (heartbeat) => {
  const pace = paceOfRepetitions(heartbeat);
  const roll = dice(heartbeat);
  const random = () => roll(1_000_000) / 1_000_000;

  /** When a gateway comes whose heartbeat is due at some time after the server went, which is away for so long. */
  const comes = (beat: number, away: number): number => {
    let time = beat;
    for (let failures = 0; time < away; failures++) time += delayAfter(pace, failures, random);
    return time;
  };

  it.each([0.02, 0.1, 0.5, 0.8, 1, 3])(
    'come at most 3 times as often as they beat, after %f of it without a server',
    (share) => {
      const away = share * heartbeat;
      const tries = Array.from({ length: GATEWAYS }, () => comes(random() * heartbeat, away));
      expect(mostTimesTheBeats(tries, heartbeat)).toBeLessThan(3.2);
    },
  );

  it('come no more often where it has forgotten what it took in the last 5 s, and ends all connections at once', () => {
    const forgotten = Math.round(GATEWAYS * (5000 / heartbeat));
    const tries = Array.from({ length: GATEWAYS }, (_, index) =>
      index < forgotten ? delayAfter(pace, 0, random) : random() * heartbeat,
    );
    expect(mostTimesTheBeats(tries, heartbeat)).toBeLessThan(heartbeat >= 60_000 ? 3.2 : 4);
  });

  it('are heard of twice before two heartbeats are over, where the server is away for a moment only', () => {
    const latest = (failures: number) => delayAfter(pace, failures, () => 1);
    if (heartbeat >= 60_000) expect(latest(0) + latest(1)).toBeLessThanOrEqual(1.1 * heartbeat);
  });
});
