/**
 * The unit of a resource in getrlimit(2). A quantity is a whole number everywhere in the program: of counts, bytes
 * or, for both units of time, microseconds.
 */
export type Unit = 'count' | 'bytes' | 'seconds' | 'microseconds';

/** How much a bare number means. */
const EACH: Readonly<Record<Unit, number>> = { count: 1, bytes: 1, seconds: 1e6, microseconds: 1 };

const KIB = 1024;

const TIMES = { us: 1, ms: 1000, s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 };

/** The suffixes of a quantity: of bytes those of IEC 80000-13, and short as in systemd.exec(5). */
const SUFFIXES: Record<Unit, Readonly<Record<string, number>>> = {
  count: {},
  bytes: {
    B: 1,
    K: KIB,
    KiB: KIB,
    M: KIB ** 2,
    MiB: KIB ** 2,
    G: KIB ** 3,
    GiB: KIB ** 3,
    T: KIB ** 4,
    TiB: KIB ** 4,
  },
  seconds: TIMES,
  microseconds: TIMES,
};

/** A whole number, such as each unit's is written. */
export const QUANTITY_EXAMPLES: Readonly<Record<Unit, string>> = {
  count: '50',
  bytes: '512MiB',
  seconds: '90s',
  microseconds: '500ms',
};

/**
 * Reads `512MiB`, `90s` or a bare number of the unit.
 *
 * @returns undefined if it is none, has another unit's suffix, or is above 2^53 - 1
 */
export function parseQuantity(text: string, unit: Unit): number | undefined {
  const [, digits, suffix = ''] = /^(\d{1,16})([A-Za-z]*)$/.exec(text) ?? [];
  const each = suffix === '' ? EACH[unit] : new Map(Object.entries(SUFFIXES[unit])).get(suffix);
  if (digits === undefined || each === undefined) return undefined;
  const value = Number(digits) * each;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The pattern of what `parseQuantity()` reads, as JSON Schema has it. */
export function quantityPattern(unit: Unit): string {
  const suffixes = Object.keys(SUFFIXES[unit]);
  return String.raw`\d{1,16}` + (suffixes.length === 0 ? '' : `(?:${suffixes.join('|')})?`);
}

/** Converts a quantity to the unit of getrlimit(2), of which times are fractions. */
export function inUnit(value: number, unit: Unit): number {
  return value / EACH[unit];
}

/** Converts a number that getrlimit(2) has given to a quantity. */
export function ofUnit(value: number, unit: Unit): number {
  return value * EACH[unit];
}

/** For a person: `812 MiB`, `1.5 GiB`, `90 s`, `1.25 s`, and a count as it is. Infinity is `unlimited`. */
export function formatQuantity(value: number, unit: Unit): string {
  if (value === Infinity) return 'unlimited';
  if (unit === 'count') return String(value);
  return unit === 'bytes' ? formatBytes(value) : formatTime(value);
}

/** Cut off, not rounded: what is said to be reached has been. */
function formatTime(microseconds: number): string {
  if (microseconds < 1000) return `${microseconds} µs`;
  if (microseconds < 1e6) return `${Math.floor(microseconds / 1000)} ms`;
  return `${Math.floor(microseconds / 10_000) / 100} s`;
}

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Two digits at least, as far as there are any. */
function formatBytes(bytes: number): string {
  let [value, power] = [bytes, 0];
  // What would be rounded to 1024 is one of the next.
  while (Math.round(value) >= KIB && power < BYTES.length - 1) {
    value /= KIB;
    power++;
  }
  const digits = power > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return `${digits} ${BYTES[power] ?? ''}`;
}
