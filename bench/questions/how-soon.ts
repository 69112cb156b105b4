import { leastToCallback, toCallback } from '../how-soon/callback.js';
import { toPollers } from '../how-soon/pollers.js';
import { leastToServer, PACE, toDumpFile, toServer } from '../how-soon/server.js';
import { atMost, type Effort, type Measurement, type Question, type Target } from '../lib/question.js';
import { quantile } from '../lib/statistics.js';

const CALLBACK_FLOOR = 'the floor: node, told by a pipe';
const FLOOR = 'the floor: node, told by a pipe, writes a packet';
const CONNECTING_FLOOR = 'the same, when it has to connect';

/** 3: how soon a crossing is known, and where. */
export const howSoon: Question = {
  name: 'how-soon',
  title: 'How soon a crossing is known',
  async answer({ quick, say }: Effort) {
    const crossings = quick ? 200 : 2000;
    const results = quick ? 20 : 1000;
    say(`${crossings} crossings to the callback`);
    const callback = await toCallback(crossings);
    const callbackFloor = await leastToCallback(crossings);
    say(`${results} crossings to the server, one every ${PACE} ms`);
    const written = await toServer(results, false);
    say(`${results / 10} crossings to the server, each when nobody is connected`);
    const isolated = await toServer(results / 10, true);
    say(`${results / 10} times as little as can be done with Node`);
    const floor = await leastToServer(results / 10, 'connected');
    const isolatedFloor = await leastToServer(results / 10, 'connecting');
    say(`${results / 2} crossings to the dump file of Debian's nsca`);
    const dumped = await toDumpFile(results / 2);
    const window = quick ? 6 : 60;
    say(`${quick ? 6 : 20} processes that cross within ${window} s, for pollers and monit`);
    const polled = await toPollers(quick ? 6 : 20, window, !quick);
    return {
      measurements: [
        ...atCallback('', callback, atMost(50, 'µs'), atMost(1000, 'µs')),
        ...atCallback(`${CALLBACK_FLOOR}, `, callbackFloor),
        ...(
          [
            ['to the last byte at the server', written, FLOOR],
            ['the same, when a connection has to be made', isolated, CONNECTING_FLOOR],
            [FLOOR, floor],
            [CONNECTING_FLOOR, isolatedFloor],
            ["to the line in nsca's dump file", dumped],
          ] as const
        ).map(([name, values, itsFloor]): Measurement => ({
          group: 'to the server, on loopback',
          name,
          unit: 'ms',
          values,
          ...(itsFloor !== undefined && { target: atMost(2, 'ms'), floor: itsFloor }),
        })),
        ...polled,
      ],
      notes: [],
    };
  },
};

function atCallback(
  prefix: string,
  values: readonly number[],
  medianTarget?: Target,
  mostTarget?: Target,
): Measurement[] {
  const row = (name: string, shown: readonly number[], target?: Target): Measurement => ({
    group: 'to the callback',
    name: `${prefix}${name}`,
    unit: 'µs',
    values: shown,
    ...(target && { target, floor: `${CALLBACK_FLOOR}, ${name}` }),
  });
  return [row('median', values, medianTarget), row('99 of 100', [quantile(values, 0.99)], mostTarget)];
}
