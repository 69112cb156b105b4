import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** When a file was written, by two clocks: one that can be set, and one that begins anew with each boot. */
export interface SavedAt {
  readonly boot: string;
  /** Milliseconds for which the machine ran. */
  readonly uptime: number;
  /** Those for which it was suspended, to be compared within a boot; a file of an older version says nothing of it. */
  readonly asleep?: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** No gateway's clock that was ever set is before this: 2020. */
const FIRST_TRUE_TIME = 1_577_836_800_000;

/** Milliseconds that are no setting of a clock and no suspension, and that nobody is told of. */
const LEAST_SHIFT = 1000;

export function savedNow(): SavedAt {
  const sinceBoot = Math.round(uptime() * 1000);
  const running = Number(process.hrtime.bigint() / 1_000_000n);
  return { boot: bootId(), uptime: running, asleep: sinceBoot - running, time: Date.now() };
}

/** How far the time of day was set since then, in milliseconds; undefined: nobody knows how long ago it was. */
export function setSince(saved: SavedAt, now: SavedAt): number | undefined {
  if (!isSameBoot(saved, now))
    return saved.time < FIRST_TRUE_TIME && now.time >= FIRST_TRUE_TIME ? undefined : 0;
  const shift = now.time - saved.time - (now.uptime - saved.uptime) - asleepBetween(saved, now);
  return Math.abs(shift) < LEAST_SHIFT ? 0 : shift;
}

/** 0 also where nobody knows. In a container the time since the boot can be its own, and begin anew. */
function asleepBetween({ asleep: before }: SavedAt, { asleep: after }: SavedAt): number {
  const asleep = before === undefined || after === undefined ? 0 : after - before;
  return asleep < LEAST_SHIFT ? 0 : asleep;
}

/** False also where nobody knows. */
export function isSameBoot(saved: SavedAt, now: SavedAt): boolean {
  return saved.boot === now.boot && saved.boot !== '';
}

export function isSavedAt(value: unknown): value is SavedAt {
  if (typeof value !== 'object' || value === null) return false;
  const { boot, uptime, asleep = 0, time } = value as Record<string, unknown>;
  return typeof boot === 'string' && [uptime, asleep, time].every(Number.isFinite);
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
