import { parseRange, type Bound, type ServiceDefinition, type State } from '../../../src/services/index.js';
import type { Random } from '../random.js';
import { randomRange } from './random-range.js';

type Reports = readonly [Bound | undefined, ...(Bound | undefined)[]];

export const REPORTS: Reports = [undefined, { kind: 'share', percent: 10 }, { kind: 'value', value: 7 }];

/** @param reports of which one is its `report_every` */
export function randomDefinition(random: Random, reports: Reports = REPORTS): ServiceDefinition {
  const reportEvery = random.pick(reports);
  return {
    host: 'gw01',
    description: 'broker fds',
    resource: 'nofile',
    thresholds: random.pick([
      { warning: parseRange(50), critical: parseRange('80%') },
      { warning: randomRange(random, 100), critical: randomRange(random, 100) },
      { critical: randomRange(random, 100) },
    ]),
    absent: random.pick<State>(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']),
    hold: random.pick([0, 0, 10, 300, 5000]),
    leastLimit: random.pick([undefined, undefined, 64, 65]),
    reportEvery,
  };
}
