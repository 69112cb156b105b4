import { differences, ratios, spreadOf, type Spread } from './statistics.js';

/** How the figures of a row are read. */
export type Unit =
  | 'instructions'
  | 'ticks'
  | 'µs'
  | 'ms'
  | 's'
  | 'MiB'
  | 'per second'
  | 'switches'
  | 'connections'
  | 'results'
  | 'share'
  | 'times';

/** What was measured for one thing. */
export interface Measurement {
  /** What belongs together in the table and in the plot. */
  readonly group: string;
  readonly name: string;
  readonly unit: Unit;
  /** One for each pair, or for each event. */
  readonly values: readonly number[];
  /** The same without it, one for each value: then the row is about the ratio of the two. */
  readonly baseline?: readonly number[];
  readonly target?: Target;
  /** The row of the same group that does nothing but what cannot be left out: a target that it misses is out of reach. */
  readonly floor?: string;
}

/** What the figure should be. */
export interface Target {
  readonly text: string;
  /** What is held to it, where that is neither the row's value nor its ratio. */
  readonly figure?: (row: Row) => string;
  /** Whether the row reaches it. */
  readonly met: (row: Row) => boolean;
}

/** A measurement with its figures. */
export interface Row extends Omit<Measurement, 'values' | 'baseline' | 'target'> {
  readonly spread: Spread;
  /** Of the values to the baseline, pair by pair. */
  readonly ratio?: Spread;
  /** By how much the values are more than the baseline, pair by pair. */
  readonly more?: Spread;
  readonly target?: Verdict;
}

export interface Verdict {
  readonly text: string;
  readonly met: boolean;
  /** Whether the row's floor reaches it. */
  readonly metByFloor?: boolean;
}

export interface Effort {
  /** A tenth of everything, to see that it works. Its figures say nothing. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Tells who waits what is being done. */
  readonly say: (line: string) => void;
}

export interface Answer {
  readonly measurements: readonly Measurement[];
  /** What could not be measured here, and why; one line each. */
  readonly notes: readonly string[];
}

export interface Question {
  /** Of its files, and for --only. */
  readonly name: string;
  readonly title: string;
  /** The rows of the plot. Default: all. */
  readonly isPlotted?: (row: Row) => boolean;
  answer(effort: Effort): Promise<Answer>;
}

export function toRows(measurements: readonly Measurement[]): Row[] {
  const rows = measurements.map(withFigures);
  return rows.map((row, i) => {
    const target = measurements[i]?.target;
    return target ? { ...row, target: judged(row, target, rows) } : row;
  });
}

function withFigures({ group, name, unit, floor, values, baseline }: Measurement): Row {
  return {
    group,
    name,
    unit,
    ...(floor !== undefined && { floor }),
    spread: spreadOf(values),
    ...(baseline && {
      ratio: spreadOf(ratios(values, baseline)),
      more: spreadOf(differences(values, baseline)),
    }),
  };
}

function judged(row: Row, { text, figure, met }: Target, rows: readonly Row[]): Verdict {
  const floor = rows.find(({ group, name }) => group === row.group && name === row.floor);
  return {
    text: figure ? `${text} (${figure(row)})` : text,
    met: met(row),
    ...(floor && { metByFloor: met(floor) }),
  };
}

/** The ratio's median is at most so much. */
export function atMostTimes(times: number, text = `at most ${percentMore(times)}`): Target {
  return { text, met: ({ ratio }) => ratio !== undefined && ratio.median <= times };
}

/** The ratio's median is at least so much. */
export function atLeastTimes(times: number): Target {
  return {
    text: `at least ${times} times`,
    met: ({ ratio }) => ratio !== undefined && ratio.median >= times,
  };
}

/** The median of what it is more than the baseline is at most so much. */
export function atMostMore(most: number, unit: Unit): Target {
  return {
    text: `at most ${most} ${unit} more`,
    figure: ({ more }) => (more ? more.median.toFixed(1) : 'unknown'),
    met: ({ more }) => more !== undefined && more.median <= most,
  };
}

/** The value's median is at most so much. */
export function atMost(most: number, unit: string): Target {
  return { text: `at most ${most} ${unit}`, met: ({ spread }) => spread.median <= most };
}

/** 1.015 is "+1.5 %". */
export function percentMore(times: number): string {
  const percent = (times - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 2 : 1)} %`;
}
