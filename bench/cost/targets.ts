import { atMostTimes, type Measurement, type Target, type Unit } from '../lib/question.js';
import type { CostOf, Measured, Pairs } from './measure.js';
import type { Held, Place } from './places.js';
import { spreadOf } from '../lib/statistics.js';
import { OPERATIONS, type Operation } from './variants.js';

const TITLES: Record<Operation, string> = {
  'open-hot': 'open and close a hot file',
  'open-cold': 'open and close a cold file',
  dup: 'dup and close',
  socket: 'socket and close',
  getppid: 'getppid',
};

/** By the variant's name: what opening and closing a hot file may cost more. */
const TIMES: Record<string, number> = {
  'fentry unwatched': 1.015,
  'fentry watched': 1.03,
  'tracepoint unwatched': 1.03,
  'tracepoint watched': 1.06,
};
const SHARES_OF_AUDIT: Record<string, { readonly share: number; readonly text: string }> = {
  'fentry watched': { share: 1 / 4, text: 'at most a quarter' },
  'tracepoint watched': { share: 1 / 3, text: 'at most a third' },
};

/** What was measured in one place, in the order of the plot. Only counted instructions are held to targets. */
export function measurementsOf(place: Place, taken: ReadonlyMap<string, Measured>): Measurement[] {
  const costs = costsOf(place.title, taken);
  const unit: Unit = place.held.to === 'nothing' ? 'ticks' : 'instructions';
  const names = Object.keys(costs);
  const rows = OPERATIONS.flatMap((operation) =>
    names.map((name): Measurement => {
      const pairs = pairsOf(costs, name, operation);
      const target = targetOf(place.held, name, operation, costs, taken);
      return {
        group: `${place.title}: ${TITLES[operation]}`,
        name,
        unit,
        values: pairs.with,
        baseline: pairs.bare,
        ...(target ? { target, floor: `floor ${name.split(' ')[0] ?? ''}` } : {}),
      };
    }),
  );
  // Nothing was asked of an operation that cannot be had in a place.
  const had = rows.filter(({ values }) => values.length > 0);
  return 'audit' in costs ? [...had, ...sharesOfAudit(place, costs)] : had;
}

/** What watching adds, as a share of what audit adds, of opening and closing a hot file. */
function sharesOfAudit({ title, held }: Place, costs: CostOf): Measurement[] {
  const audit = added(pairsOf(costs, 'audit', 'open-hot'));
  return Object.keys(costs)
    .filter((name) => name.endsWith(' watched'))
    .map((name) => {
      const shares = added(pairsOf(costs, name, 'open-hot')).map((more, i) => more / (audit[i] ?? NaN));
      const limit = SHARES_OF_AUDIT[name];
      const target: Target | undefined =
        limit && held.to === 'shares'
          ? { text: limit.text, met: ({ spread }) => spread.median <= limit.share }
          : undefined;
      return {
        group: `${title}: what is added to open and close, as a share of what audit adds`,
        name,
        unit: 'share',
        values: shares,
        ...(target ? { target } : {}),
      };
    });
}

function targetOf(
  held: Held,
  name: string,
  operation: Operation,
  costs: CostOf,
  taken: ReadonlyMap<string, Measured>,
): Target | undefined {
  switch (held.to) {
    case 'nothing':
      return undefined;
    case 'shares':
      return targetByShare(name, operation);
    case 'floors':
      return targetByFloor(held, name, operation, costs);
    case 'with-btf':
      return targetByBtf(held, name, operation, taken);
  }
}

function targetByShare(name: string, operation: Operation): Target | undefined {
  if (operation === 'getppid' && name.startsWith('fentry')) return atMostTimes(1, 'nothing');
  const times = TIMES[name];
  return operation === 'open-hot' && times !== undefined ? atMostTimes(times) : undefined;
}

function targetByFloor(
  { times, modes, who }: Extract<Held, { to: 'floors' }>,
  name: string,
  operation: Operation,
  costs: CostOf,
): Target | undefined {
  const [mode = '', state = ''] = name.split(' ');
  if (!modes.includes(mode)) return undefined;
  if (operation === 'getppid' && mode !== 'tracepoint') return atMostTimes(1, 'nothing');
  if (!who.includes(state) || !HELD.includes(operation)) return undefined;
  return atMostAdded(times, pairsOf(costs, `floor ${mode}`, operation), 'its floor');
}

function targetByBtf(
  { times, title }: Extract<Held, { to: 'with-btf' }>,
  name: string,
  operation: Operation,
  taken: ReadonlyMap<string, Measured>,
): Target | undefined {
  const isHeld = ['tracepoint unwatched', 'tracepoint watched'].includes(name) && HELD.includes(operation);
  return isHeld
    ? atMostAdded(times, pairsOf(costsOf(title, taken), name, operation), 'the same with BTF')
    : undefined;
}

const HELD: readonly Operation[] = ['open-hot', 'getppid'];

/** What it adds is at most so many times what something else does. */
function atMostAdded(times: number, other: Pairs, what: string): Target {
  const limit = spreadOf(added(other)).median;
  return {
    text: `at most ${times} times what ${what} adds`,
    figure: ({ more }) => (more ? (more.median / limit).toFixed(2) : 'unknown'),
    met: ({ more }) => more !== undefined && more.median <= times * limit,
  };
}

function costsOf(title: string, taken: ReadonlyMap<string, Measured>): CostOf {
  return taken.get(title)?.costs ?? {};
}

function pairsOf(costs: CostOf, name: string, operation: Operation): Pairs {
  return costs[name]?.[operation] ?? { bare: [], with: [] };
}

function added(pairs: Pairs): number[] {
  return pairs.with.map((value, i) => value - (pairs.bare[i] ?? NaN));
}
