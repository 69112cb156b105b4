import type { AttachMode, Resource } from '../../src/rlimit-events/index.js';
import { atMostTimes, type Measurement, type Target } from '../lib/question.js';
import type { MeasuredResources, Value } from './measure.js';
import type { Operation, State } from './variants.js';

const TITLES: Record<Operation, string> = {
  getppid: 'getppid',
  open: 'open and close',
  map: 'mmap, touch and munmap 64 KiB',
  brk: 'brk up and down',
  faults: '512 page faults',
  switch: 'a switch to another thread and back',
  fork: 'fork, exit and wait',
  spawn: 'spawn a small program and wait',
  signal: 'queue a signal and take it',
};

const MEMORY: readonly Resource[] = ['as', 'data', 'stack', 'memlock'];

/** A row for each value; those of one resource, mode and operation belong together. */
export function measurementsOf(place: string, { values }: MeasuredResources): Measurement[] {
  return values.map((value) => {
    const target = targetOf(value, values);
    return {
      group: `${place}, ${value.mode}, ${value.resource}: ${TITLES[value.operation]}`,
      name: value.state,
      unit: 'instructions',
      values: [value.with],
      baseline: [value.bare],
      ...(target ? { target, floor: 'floor' } : {}),
    };
  });
}

/** What some values are held to, and which those are. */
const HELD: readonly {
  readonly resources: readonly Resource[];
  readonly modes: readonly AttachMode[];
  readonly states: readonly State[];
  readonly operation: Operation;
  readonly target: (value: Value, floor: Value | undefined) => Target;
}[] = [
  {
    resources: MEMORY,
    modes: ['fentry', 'kprobe'],
    states: ['unwatched', 'watched', 'near'],
    operation: 'getppid',
    target: () => atMostTimes(1, 'nothing'),
  },
  {
    resources: MEMORY,
    modes: ['tracepoint'],
    states: ['unwatched'],
    operation: 'getppid',
    target: (_value, floor) => atMostFloors(1.15, floor),
  },
  {
    resources: ['nofile'],
    modes: ['fentry'],
    states: ['unwatched'],
    operation: 'open',
    target: (_value, floor) => atMostFloors(1.1, floor),
  },
  {
    resources: ['rss'],
    modes: ['fentry', 'kprobe', 'tracepoint'],
    states: ['watched'],
    operation: 'faults',
    target: () => atMostTimes(1.03),
  },
  {
    resources: ['cpu'],
    modes: ['fentry', 'kprobe', 'tracepoint'],
    states: ['watched'],
    operation: 'switch',
    target: () => atMostTimes(1.03),
  },
];

function targetOf(value: Value, values: readonly Value[]): Target | undefined {
  const held = HELD.find(
    ({ resources, modes, states, operation }) =>
      resources.includes(value.resource) &&
      modes.includes(value.mode) &&
      states.includes(value.state) &&
      operation === value.operation,
  );
  const floor = values.find(
    ({ mode, resource, operation, state }) =>
      mode === value.mode &&
      resource === value.resource &&
      operation === value.operation &&
      state === 'floor',
  );
  return held?.target(value, floor);
}

function atMostFloors(times: number, floor: Value | undefined): Target {
  const limit = floor ? floor.with - floor.bare : NaN;
  return {
    text: `at most ${times} times what empty programs add`,
    figure: ({ more }) => (more ? (more.median / limit).toFixed(2) : 'unknown'),
    met: ({ more }) => more !== undefined && more.median <= times * limit,
  };
}
