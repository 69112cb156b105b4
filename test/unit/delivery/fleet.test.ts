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

/** A gateway with rarer ones tries between them as well, and so more often than it beats. */
const HEARTBEATS = [10_000, 60_000, 300_000];

describe.each(HEARTBEATS)('gateways with a heartbeat of %i ms', (heartbeat) => {
  const pace = paceOfRepetitions(heartbeat);
  const roll = dice(heartbeat);
  const random = () => roll(1_000_000) / 1_000_000;

  /**
   * When a gateway comes, until it has beaten once since: its heart beats at `beat` for the first time since the server
   * went, which is away for so long. `failures`: it has failed to tell something at that moment already.
   */
  const comes = (beat: number, away: number, failures = 0): number[] => {
    const tries: number[] = [];
    let retry = failures === 0 ? Infinity : delayAfter(pace, 0, random);
    let failed = failures;
    for (let next = beat; tries.length === 0 || next < away + heartbeat;) {
      const time = Math.min(next, retry);
      const isBeat = time === next;
      if (isBeat) next += heartbeat;
      // What waits takes the beat with it.
      if (isBeat && retry !== Infinity) continue;
      retry = Infinity;
      if (time >= away) {
        tries.push(time);
        failed = 0;
      } else retry = time + delayAfter(pace, failed++, random);
    }
    return tries;
  };

  const beats = (count: number) => Array.from({ length: count }, () => random() * heartbeat);

  it.each([0.02, 0.1, 0.5, 0.8, 1, 3])(
    'come at most 2.5 times as often as they beat, after %f of it without a server',
    (share) => {
      const tries = beats(GATEWAYS).flatMap((beat) => comes(beat, share * heartbeat));
      expect(mostTimesTheBeats(tries, heartbeat)).toBeLessThan(2.5);
    },
  );

  it('come no more often than they beat, when it was away for long', () => {
    const tries = beats(GATEWAYS).flatMap((beat) => comes(beat, 4 * heartbeat));
    const later = tries.filter((time) => time > 4.5 * heartbeat);
    expect(mostTimesTheBeats(later, heartbeat)).toBeLessThan(1.5);
  });

  it('come no more often where it has forgotten what it took in the last 5 s, and ends all connections at once', () => {
    const forgotten = Math.round(GATEWAYS * (5000 / heartbeat));
    const tries = beats(GATEWAYS).flatMap((beat, index) => comes(beat, 0, index < forgotten ? 1 : 0));
    expect(mostTimesTheBeats(tries, heartbeat)).toBeLessThan(heartbeat >= 60_000 ? 2.5 : 3);
  });

  it('are heard of twice before two heartbeats are over, where the server is away for a moment only', () => {
    expect(delayAfter(pace, 0, () => 1)).toBeLessThanOrEqual(0.5 * heartbeat);
  });
});
