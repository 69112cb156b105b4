import { describe, expect, it } from '@jest/globals';
import { METRICS, prometheusText, type AgentStatus } from '../../../src/control/index.js';
import { exposition } from '../../../src/control/exposition.js';
import type { ServiceStatus } from '../../../src/services/index.js';

const SERVICE: ServiceStatus = {
  description: 'broker fds',
  resource: 'nofile',
  state: 'CRITICAL',
  since: 1_700_000_000_500,
  changes: 7,
  highest: 95,
  thresholds: { warning: { range: '10:50', lower: 10, upper: 50 }, critical: { range: '80%', upper: 80 } },
  processes: 2,
  members: [{ pid: 17, name: 'broker', value: 90, limit: 100, state: 'CRITICAL' }],
};

const STATUS: AgentStatus = {
  version: '1.2.3',
  pid: 42,
  since: 1_700_000_000_000,
  attach: 'fentry',
  missedLooks: 0,
  lost: { queue: 3 },
  host: 'gw01',
  services: [SERVICE],
  destinations: [{ name: 'nsca 192.0.2.1:5667', waiting: 3, lastDelivery: 1_700_000_001_250 }],
};

/** The lines of one metric, without its name. */
function samplesOf(name: string, status: Partial<AgentStatus> = {}): string[] {
  const lines = prometheusText({ ...STATUS, ...status }).split('\n');
  return lines
    .filter((line) => /^[^ {]*/.exec(line)?.[0] === `check_rlimit_passive_${name}`)
    .map((line) => line.slice(`check_rlimit_passive_${name}`.length));
}

const service = (changed: Partial<ServiceStatus>) => ({ services: [{ ...SERVICE, ...changed }] });

describe('the status for Prometheus', () => {
  it('has each number once, with what it means', () => {
    expect(prometheusText(STATUS))
      .toBe(`# HELP check_rlimit_passive_info always 1: what the agent is, in labels
# TYPE check_rlimit_passive_info gauge
check_rlimit_passive_info{version="1.2.3",attach="fentry",host="gw01"} 1
# HELP check_rlimit_passive_start_time_seconds when the agent started, in seconds since 1970
# TYPE check_rlimit_passive_start_time_seconds gauge
check_rlimit_passive_start_time_seconds 1700000000
# HELP check_rlimit_passive_exact 1: each crossing is told on this kernel; 0: one may be missed
# TYPE check_rlimit_passive_exact gauge
check_rlimit_passive_exact 1
# HELP check_rlimit_passive_missed_looks_total how often a watched process may have done something that no program saw
# TYPE check_rlimit_passive_missed_looks_total counter
check_rlimit_passive_missed_looks_total 0
# HELP check_rlimit_passive_lost_total how often something was not told, by the place where
# TYPE check_rlimit_passive_lost_total counter
check_rlimit_passive_lost_total{place="queue"} 3
check_rlimit_passive_lost_total{place="limitCalls"} 0
check_rlimit_passive_lost_total{place="processes"} 0
check_rlimit_passive_lost_total{place="members"} 0
check_rlimit_passive_lost_total{place="sharers"} 0
check_rlimit_passive_lost_total{place="cgroups"} 0
check_rlimit_passive_lost_total{place="lock"} 0
check_rlimit_passive_lost_total{place="keptOut"} 0
check_rlimit_passive_lost_total{place="shortage"} 0
# HELP check_rlimit_passive_service_state as it was told last: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
# TYPE check_rlimit_passive_service_state gauge
check_rlimit_passive_service_state{service="broker fds",resource="nofile"} 2
# HELP check_rlimit_passive_service_state_timestamp_seconds when it came into that state, in seconds since 1970; absent before its first result
# TYPE check_rlimit_passive_service_state_timestamp_seconds gauge
check_rlimit_passive_service_state_timestamp_seconds{service="broker fds",resource="nofile"} 1700000000.5
# HELP check_rlimit_passive_service_state_changes_total how often it came into another state
# TYPE check_rlimit_passive_service_state_changes_total counter
check_rlimit_passive_service_state_changes_total{service="broker fds",resource="nofile"} 7
# HELP check_rlimit_passive_service_processes how many processes it has
# TYPE check_rlimit_passive_service_processes gauge
check_rlimit_passive_service_processes{service="broker fds",resource="nofile"} 2
# HELP check_rlimit_passive_service_worst what its worst process had when the kernel told of it last
# TYPE check_rlimit_passive_service_worst gauge
check_rlimit_passive_service_worst{service="broker fds",resource="nofile"} 90
# HELP check_rlimit_passive_service_limit the soft limit of its worst process; +Inf: unlimited
# TYPE check_rlimit_passive_service_limit gauge
check_rlimit_passive_service_limit{service="broker fds",resource="nofile"} 100
# HELP check_rlimit_passive_service_highest the most that its worst process had, since it is watched
# TYPE check_rlimit_passive_service_highest gauge
check_rlimit_passive_service_highest{service="broker fds",resource="nofile"} 95
# HELP check_rlimit_passive_service_warning an end of its range warning, under that limit; absent: there is none
# TYPE check_rlimit_passive_service_warning gauge
check_rlimit_passive_service_warning{service="broker fds",resource="nofile",bound="lower"} 10
check_rlimit_passive_service_warning{service="broker fds",resource="nofile",bound="upper"} 50
# HELP check_rlimit_passive_service_critical an end of its range critical, under that limit; absent: there is none
# TYPE check_rlimit_passive_service_critical gauge
check_rlimit_passive_service_critical{service="broker fds",resource="nofile",bound="upper"} 80
# HELP check_rlimit_passive_destination_up 1: it takes what it gets; 0: something keeps results from arriving
# TYPE check_rlimit_passive_destination_up gauge
check_rlimit_passive_destination_up{destination="nsca 192.0.2.1:5667"} 1
# HELP check_rlimit_passive_destination_results_waiting results that it has yet to get
# TYPE check_rlimit_passive_destination_results_waiting gauge
check_rlimit_passive_destination_results_waiting{destination="nsca 192.0.2.1:5667"} 3
# HELP check_rlimit_passive_destination_services_refused services whose last result was refused
# TYPE check_rlimit_passive_destination_services_refused gauge
check_rlimit_passive_destination_services_refused{destination="nsca 192.0.2.1:5667"} 0
# HELP check_rlimit_passive_destination_last_delivery_timestamp_seconds when it took a result last, in seconds since 1970; 0: it took none yet
# TYPE check_rlimit_passive_destination_last_delivery_timestamp_seconds gauge
check_rlimit_passive_destination_last_delivery_timestamp_seconds{destination="nsca 192.0.2.1:5667"} 1700000001.25
`);
  });

  it.each([
    ['cpu', 'service_worst_seconds', 1_500_000, '1.5'],
    ['rttime', 'service_worst_seconds', 200, '0.0002'],
    ['as', 'service_worst_bytes', 4096, '4096'],
    ['nproc', 'service_worst', 3, '3'],
  ] as const)('has %s in its base unit, in no other', (resource, name, value, written) => {
    const members = [{ pid: 17, name: 'broker', value, limit: null, state: 'OK' }] as const;
    const changed = service({ resource, members });
    const names = ['', '_bytes', '_seconds']
      .map((suffix) => `service_worst${suffix}`)
      .filter((each) => samplesOf(each, changed).length > 0);
    expect(names).toEqual([name]);
    expect(samplesOf(name, changed)).toEqual([`{service="broker fds",resource="${resource}"} ${written}`]);
    expect(samplesOf(name.replace('worst', 'limit'), changed)[0]).toMatch(/ \+Inf$/);
  });

  it('has the states by the codes of Nagios', () => {
    const states = (['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const).map((state) =>
      samplesOf('service_state', service({ state }))[0]?.split(' ').at(-1),
    );
    expect(states).toEqual(['0', '1', '2', '3']);
  });

  it('has no number of a process that is not there', () => {
    const without = service({ since: null, highest: null, thresholds: {}, processes: 0, members: [] });
    const names = ['worst', 'limit', 'highest', 'warning', 'critical', 'state_timestamp_seconds'];
    expect(names.flatMap((name) => samplesOf(`service_${name}`, without))).toEqual([]);
    expect(prometheusText({ ...STATUS, ...without })).not.toContain('service_worst');
    expect(samplesOf('service_processes', without)[0]).toMatch(/ 0$/);
  });

  it('tells what can be missed, and a place of losses that is new', () => {
    expect(samplesOf('exact', { mayMiss: 'the kernel preempts' })).toEqual([' 0']);
    expect(samplesOf('exact', { unproven: 'a user is at his limit' })).toEqual([' 0']);
    expect(samplesOf('lost_total', { lost: { moon: 2 } })).toContain('{place="moon"} 2');
  });

  it('has a destination that is down, that took nothing yet, that refuses, and two of one name', () => {
    const refusal = { host: 'gw01', service: 'x', by: 'server', reason: 'no', since: 1 } as const;
    const destinations = [
      { name: 'program /bin/sh', waiting: 0, lastError: 'no route' },
      { name: 'program /bin/sh', waiting: 0, refused: [refusal] },
      { name: 'program /bin/sh (2)', waiting: 0 },
    ];
    expect(samplesOf('destination_up', { destinations })).toEqual([
      '{destination="program /bin/sh"} 0',
      '{destination="program /bin/sh (2)"} 1',
      '{destination="program /bin/sh (2) (2)"} 1',
    ]);
    expect(samplesOf('destination_services_refused', { destinations })[1]).toMatch(/ 1$/);
    expect(samplesOf('destination_last_delivery_timestamp_seconds', { destinations })[0]).toMatch(/ 0$/);
  });

  it('is what an older agent tells', () => {
    const { description, resource, state, since, members } = SERVICE;
    const text = prometheusText({ ...STATUS, services: [{ description, resource, state, since, members }] });
    expect(text).toContain('service_processes{service="broker fds",resource="nofile"} 1\n');
    expect(text).not.toMatch(/undefined|NaN|highest|changes/);
  });
});

describe('the text format', () => {
  it('escapes what would end a label, a line or a text of help', () => {
    const family = { name: 'x', type: 'gauge', help: 'a \\ "b"\nc' } as const;
    expect(exposition({ ...family, samples: [{ labels: { l: 'a\\b "c"\nd' }, value: 1 }] })).toBe(
      '# HELP x a \\\\ "b"\\nc\n# TYPE x gauge\nx{l="a\\\\b \\"c\\"\\nd"} 1\n',
    );
  });
});

describe('the names of metrics', () => {
  it('are those that Prometheus takes, each once, counters with _total', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
    for (const { name, type, labels } of METRICS) {
      expect(name).toMatch(/^[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      for (const label of labels) expect(label).toMatch(/^[a-z_]+$/);
    }
  });
});
