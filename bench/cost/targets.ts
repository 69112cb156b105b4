import { atMostTimes, type Measurement, type Target, type Unit } from '../lib/question.js';
import type { Measured, Pairs } from './measure.js';
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

/** The guests that preempt programs: what is exact there costs more, and is held to its floor. */
const PREEMPTING: readonly string[] = ['7.3'];
const EXACT_THERE: readonly string[] = ['kprobe', 'tracepoint'];
const TIMES_ITS_FLOOR = 1.25;

/** What was measured in one place, in the order of the plot. Only counted instructions are held to the targets. */
export function measurementsOf(place: string, unit: Unit, { costs }: Measured): Measurement[] {
  const isCounted = unit === 'instructions';
  const isPreempting = PREEMPTING.includes(place);
  const heldTo = isPreempting ? targetByFloor : targetOf;
  const names = Object.keys(costs);
  const rows = OPERATIONS.flatMap((operation) =>
    names.map((name): Measurement => {
      const pairs = pairsOf(costs, name, operation);
      const target = isCounted ? heldTo(name, operation, costs) : undefined;
      return {
        group: `${place}: ${TITLES[operation]}`,
        name,
        unit,
        values: pairs.with,
        baseline: pairs.bare,
        ...(target ? { target, floor: `floor ${name.split(' ')[0] ?? ''}` } : {}),
      };
    }),
  );
  return 'audit' in costs ? [...rows, ...sharesOfAudit(place, isCounted && !isPreempting, costs)] : rows;
}

/** What watching adds, as a share of what audit adds, of opening and closing a hot file. */
function sharesOfAudit(place: string, isHeld: boolean, costs: Measured['costs']): Measurement[] {
  const audit = added(pairsOf(costs, 'audit', 'open-hot'));
  return Object.keys(costs)
    .filter((name) => name.endsWith(' watched'))
    .map((name) => {
      const shares = added(pairsOf(costs, name, 'open-hot')).map((more, i) => more / (audit[i] ?? NaN));
      const limit = SHARES_OF_AUDIT[name];
      const target: Target | undefined =
        limit && isHeld ? { text: limit.text, met: ({ spread }) => spread.median <= limit.share } : undefined;
      return {
        group: `${place}: what is added to open and close, as a share of what audit adds`,
        name,
        unit: 'share',
        values: shares,
        ...(target ? { target } : {}),
      };
    });
}

function targetOf(name: string, operation: Operation): Target | undefined {
  if (operation === 'getppid' && name.startsWith('fentry')) return atMostTimes(1, 'nothing');
  const times = TIMES[name];
  return operation === 'open-hot' && times !== undefined ? atMostTimes(times) : undefined;
}

function targetByFloor(name: string, operation: Operation, costs: Measured['costs']): Target | undefined {
  const [mode = '', who] = name.split(' ');
  if (!EXACT_THERE.includes(mode)) return undefined;
  if (operation === 'getppid' && mode === 'kprobe') return atMostTimes(1, 'nothing');
  if (who !== 'unwatched' || !['open-hot', 'getppid'].includes(operation)) return undefined;
  const floor = spreadOf(added(pairsOf(costs, `floor ${mode}`, operation))).median;
  return {
    text: `at most ${TIMES_ITS_FLOOR} times what its floor adds`,
    figure: ({ more }) => (more ? (more.median / floor).toFixed(2) : 'unknown'),
    met: ({ more }) => more !== undefined && more.median <= TIMES_ITS_FLOOR * floor,
  };
}

function pairsOf(costs: Measured['costs'], name: string, operation: Operation): Pairs {
  return costs[name]?.[operation] ?? { bare: [], with: [] };
}

function added(pairs: Pairs): number[] {
  return pairs.with.map((value, i) => value - (pairs.bare[i] ?? NaN));
}
