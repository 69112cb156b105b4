import { exposition } from './exposition.js';
import {
  ofAgent,
  ofDestination,
  ofService,
  ofServiceInEachUnit,
  type Measured,
  type Metric,
} from './metric.js';
import type { LossPlace } from 'rlimit-events';
import { returnCode } from '../services/index.js';

/** The numbers of the status in Prometheus' text format. */
export function prometheusText(status: Measured): string {
  return [...prometheusParts(status)].join('');
}

/** The same, metric by metric: of thousands of services, all together would keep others waiting. */
export function* prometheusParts(status: Measured): Iterable<string> {
  for (const metric of METRICS) yield exposition({ ...metric, samples: metric.samples(status) });
}

/** All of them: only a counter that is there at 0 shows its first increase. The compiler says if one is missing. */
const PLACES: Readonly<Record<LossPlace, true>> = {
  queue: true,
  limitCalls: true,
  processes: true,
  members: true,
  sharers: true,
  cgroups: true,
  lock: true,
  keptOut: true,
  shortage: true,
};

const AGENT: readonly Metric[] = [
  ofAgent(
    {
      name: 'info',
      type: 'gauge',
      labels: ['version', 'attach', 'host'],
      help: 'always 1: what the agent is, in labels',
    },
    ({ version, attach, host }) => [{ labels: { version, attach, host }, value: 1 }],
  ),
  ofAgent(
    { name: 'start_time_seconds', type: 'gauge', help: 'when the agent started, in seconds since 1970' },
    ({ since }) => [{ value: since / 1000 }],
  ),
  ofAgent(
    { name: 'exact', type: 'gauge', help: '1: each crossing is told on this kernel; 0: one may be missed' },
    ({ mayMiss, unproven }) => [{ value: mayMiss === undefined && unproven === undefined ? 1 : 0 }],
  ),
  ofAgent(
    {
      name: 'missed_looks_total',
      type: 'counter',
      help: 'how often a watched process may have done something that no program saw',
    },
    ({ missedLooks }) => [{ value: missedLooks }],
  ),
  ofAgent(
    {
      name: 'lost_total',
      type: 'counter',
      labels: ['place'],
      help: 'how often something was not told, by the place where',
    },
    ({ lost }) =>
      Object.keys({ ...PLACES, ...lost }).map((place) => ({ labels: { place }, value: lost[place] ?? 0 })),
  ),
];

const SERVICES: readonly Metric[] = [
  // A series for each service and the number that the server has, rather than a series for each state.
  ofService(
    { name: 'state', type: 'gauge', help: 'as it was told last: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN' },
    ({ state }) => [{ value: returnCode(state) }],
  ),
  ofService(
    {
      name: 'state_timestamp_seconds',
      type: 'gauge',
      help: 'when it came into that state, in seconds since 1970; absent before its first result',
    },
    ({ since }) => [{ value: since === null ? undefined : since / 1000 }],
  ),
  ofService(
    { name: 'state_changes_total', type: 'counter', help: 'how often it came into another state' },
    ({ changes }) => [{ value: changes }],
  ),
  ofService({ name: 'processes', type: 'gauge', help: 'how many processes it has' }, (service) => [
    { value: service.processes ?? service.members.length },
  ]),
  ...ofServiceInEachUnit(
    { name: 'worst', help: 'what its worst process had when the kernel told of it last' },
    ({ members: [worst] }) => [{ value: worst?.value }],
  ),
  ...ofServiceInEachUnit(
    { name: 'limit', help: 'the soft limit of its worst process; +Inf: unlimited' },
    ({ members: [worst] }) => [{ value: worst && (worst.limit ?? Infinity) }],
  ),
  ...ofServiceInEachUnit(
    { name: 'highest', help: 'the most that its worst process had, since it is watched' },
    ({ highest }) => [{ value: highest ?? undefined }],
  ),
  ...(['warning', 'critical'] as const).flatMap((threshold) =>
    ofServiceInEachUnit(
      {
        name: threshold,
        labels: ['bound'],
        help: `an end of its range ${threshold}, under that limit; absent: there is none`,
      },
      ({ thresholds }) =>
        (['lower', 'upper'] as const).map((bound) => ({
          labels: { bound },
          value: thresholds?.[threshold]?.[bound],
        })),
    ),
  ),
];

const DESTINATIONS: readonly Metric[] = [
  ofDestination(
    { name: 'up', help: '1: it takes what it gets; 0: something keeps results from arriving' },
    ({ lastError }) => (lastError === undefined ? 1 : 0),
  ),
  ofDestination(
    { name: 'results_waiting', help: 'results that it has yet to get' },
    ({ waiting }) => waiting,
  ),
  ofDestination(
    { name: 'services_refused', help: 'services whose last result was refused' },
    ({ refused = [] }) => refused.length,
  ),
  ofDestination(
    {
      name: 'last_delivery_timestamp_seconds',
      help: 'when it took a result last, in seconds since 1970; 0: it took none yet',
    },
    ({ lastDelivery = 0 }) => lastDelivery / 1000,
  ),
];

export const METRICS: readonly Metric[] = [...AGENT, ...SERVICES, ...DESTINATIONS];
