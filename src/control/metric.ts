import type { AgentStatus, DestinationStatus } from './agent-status.js';
import type { Family, Sample } from './exposition.js';
import { RESOURCES, type Unit } from '../resources/index.js';
import type { ServiceStatus } from '../services/index.js';

/** What of a service came later: an agent that has run since before an upgrade tells nothing of it. */
type Later = 'changes' | 'highest' | 'thresholds' | 'processes';
type Service = Omit<ServiceStatus, Later> & Partial<Pick<ServiceStatus, Later>>;

/** What metrics are made of. Of the members of a service, only the first is looked at. */
export interface Measured extends Omit<AgentStatus, 'services'> {
  readonly services: readonly Service[];
}

/** What a metric is, which docs/metrics.md has as a contract, and where its numbers are. */
export interface Metric extends Omit<Family, 'samples'> {
  readonly labels: readonly string[];
  readonly samples: (status: Measured) => Sample[];
}

interface Text {
  readonly name: string;
  readonly type: Metric['type'];
  /** A phrase without a full stop. */
  readonly help: string;
  /** Besides those that all of its kind have. */
  readonly labels?: readonly string[];
}

/** A number, and the labels that it has of its own. Undefined: there is none. */
interface Value {
  readonly value: number | undefined;
  readonly labels?: Sample['labels'];
}

const PREFIX = 'check_rlimit_passive_';

export function ofAgent(text: Text, values: (status: Measured) => readonly Value[]): Metric {
  return {
    labels: [],
    ...text,
    name: PREFIX + text.name,
    samples: (status) => values(status).flatMap((each) => sample({}, each)),
  };
}

export function ofService(text: Text, values: (service: Service) => readonly Value[]): Metric {
  return {
    ...text,
    name: `${PREFIX}service_${text.name}`,
    labels: ['service', 'resource', ...(text.labels ?? [])],
    samples: ({ services }) =>
      services.flatMap((service) => values(service).flatMap((each) => sample(labelsOf(service), each))),
  };
}

/** Of each unit, how the name of a metric ends, and what one of ours is in the base unit: our times are microseconds. */
const UNITS: Readonly<Record<Unit, { readonly suffix: string; readonly base: number }>> = {
  count: { suffix: '', base: 1 },
  bytes: { suffix: '_bytes', base: 1 },
  seconds: { suffix: '_seconds', base: 1e6 },
  microseconds: { suffix: '_seconds', base: 1e6 },
};

/** A metric for each base unit: no name stands for bytes here and for seconds there. */
export function ofServiceInEachUnit(
  text: Omit<Text, 'type'>,
  values: (service: Service) => readonly Value[],
): Metric[] {
  const suffixes = new Set(Object.values(UNITS).map(({ suffix }) => suffix));
  return [...suffixes].map((suffix) =>
    ofService({ ...text, type: 'gauge', name: text.name + suffix }, (service) => {
      const unit = UNITS[RESOURCES[service.resource].unit];
      if (unit.suffix !== suffix) return [];
      return values(service).map((each) => ({
        ...each,
        value: each.value === undefined ? undefined : each.value / unit.base,
      }));
    }),
  );
}

export function ofDestination(
  text: Omit<Text, 'type'>,
  value: (destination: DestinationStatus) => number,
): Metric {
  return {
    ...text,
    type: 'gauge',
    name: `${PREFIX}destination_${text.name}`,
    labels: ['destination'],
    samples: ({ destinations }) => {
      const names = distinct(destinations.map(({ name }) => name));
      return destinations.map((each, index) => ({
        labels: { destination: names[index] ?? each.name },
        value: value(each),
      }));
    },
  };
}

function labelsOf({ description, resource }: Service): Sample['labels'] {
  return { service: description, resource };
}

function sample(labels: Sample['labels'], { value, labels: further }: Value): Sample[] {
  return value === undefined ? [] : [{ labels: { ...labels, ...further }, value }];
}

/** Two of one name, such as of one program, would be one series twice, which Prometheus refuses. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let label = name;
    for (let count = 2; taken.has(label); count++) label = `${name} (${count})`;
    taken.add(label);
    return label;
  });
}
