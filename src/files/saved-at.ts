import { readFileSync } from 'node:fs';

/** When a file was written, by two clocks: one that can be set, and one that begins anew with each boot. */
export interface SavedAt {
  readonly boot: string;
  /** Milliseconds. */
  readonly uptime: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** No gateway's clock that was ever set is before this: 2020. */
const FIRST_TRUE_TIME = 1_577_836_800_000;

/** Milliseconds that are no setting of a clock, and that nobody is told of. */
const LEAST_SHIFT = 1000;

export function savedNow(): SavedAt {
  return { boot: bootId(), uptime: Number(process.hrtime.bigint() / 1_000_000n), time: Date.now() };
}

/** How far the time of day was set since then, in milliseconds; undefined: nobody knows how long ago it was. */
export function setSince(saved: SavedAt, now: SavedAt): number | undefined {
  if (!isSameBoot(saved, now))
    return saved.time < FIRST_TRUE_TIME && now.time >= FIRST_TRUE_TIME ? undefined : 0;
  const shift = now.time - saved.time - (now.uptime - saved.uptime);
  return Math.abs(shift) < LEAST_SHIFT ? 0 : shift;
}

/** False also where nobody knows. */
export function isSameBoot(saved: SavedAt, now: SavedAt): boolean {
  return saved.boot === now.boot && saved.boot !== '';
}

export function isSavedAt(value: unknown): value is SavedAt {
  if (typeof value !== 'object' || value === null) return false;
  const { boot, uptime, time } = value as Record<string, unknown>;
  return typeof boot === 'string' && Number.isFinite(uptime) && Number.isFinite(time);
}

let boot: string | undefined;

function bootId(): string {
  try {
    boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    boot = '';
  }
  return boot;
}
