import { parseQuantity, QUANTITY_EXAMPLES, type Unit } from '../resources/index.js';

/** A level of a resource's value. An event is "up" when old < level <= new, "down" when new < level <= old. */
export type Level = ValueLevel | ShareLevel;

/** A fixed value, in the resource's unit. */
export interface ValueLevel {
  readonly kind: 'value';
  readonly value: number;
}

/**
 * A share of the soft limit as it is at each moment.
 *
 * `above: false` is the smallest value that is at least this share, `above: true` the smallest that
 * is more. An unlimited process never reaches a share.
 */
export interface ShareLevel {
  readonly kind: 'share';
  /** 0 to 100, with at most two decimals. */
  readonly percent: number;
  readonly above: boolean;
}

/** What was asked for cannot be a level. */
export class LevelError extends Error {
  override readonly name = 'LevelError';
}

/** The most levels that one process can have on one resource. */
export const MAX_LEVELS = 64;

/**
 * Reads a level as on a command line: `50` or `512MiB`, or `80%` for the smallest value that is at least that share.
 *
 * @throws LevelError
 */
export function parseLevel(text: string, unit: Unit = 'count'): Level {
  const share = /^(\d{1,3}(?:\.\d{1,2})?)%$/.exec(text);
  if (share) return checkLevel({ kind: 'share', percent: Number(share[1]), above: false });
  const value = parseQuantity(text, unit);
  if (value !== undefined) return checkLevel({ kind: 'value', value });
  throw new LevelError(
    `"${text}" is not a level: give ${WHAT[unit]} like ${QUANTITY_EXAMPLES[unit]}, or a share of the soft limit like 80%`,
  );
}

const WHAT: Readonly<Record<Unit, string>> = {
  count: 'a count',
  bytes: 'bytes',
  seconds: 'a time',
  microseconds: 'a time',
};

/** @throws LevelError */
export function checkLevel(level: Level): Level {
  if (level.kind === 'value') {
    // A value is never below 0, so that nothing could ever cross it.
    if (!Number.isSafeInteger(level.value) || level.value < 1)
      throw new LevelError(`a level must be a whole number of at least 1, not ${level.value}`);
  } else {
    const hundredths = level.percent * 100;
    if (!(level.percent >= 0 && level.percent <= 100) || Math.abs(hundredths - Math.round(hundredths)) > 1e-6)
      throw new LevelError(
        `a share must be from 0% to 100% with at most two decimals, not ${level.percent}%`,
      );
  }
  return level;
}

/** The level as it is written on a command line; `>80%` for more than a share. */
export function formatLevel(level: Level): string {
  return level.kind === 'value' ? String(level.value) : `${level.above ? '>' : ''}${level.percent}%`;
}

/** See LEVEL_KINDS in bpf/rlimit_events.h: the levels of one kind have the same order under any limit. */
export const LEVEL_KINDS = 3;

/** Fixed values, shares that are reached, shares that are exceeded: from 0, below LEVEL_KINDS. */
export function kindNumber(level: Level): number {
  if (level.kind === 'value') return 0;
  return level.above ? 2 : 1;
}

/** By kind, and each from low to high. 0 for the same level. */
export function compareLevels(a: Level, b: Level): number {
  return kindNumber(a) - kindNumber(b) || magnitude(a) - magnitude(b);
}

function magnitude(level: Level): number {
  return level.kind === 'value' ? level.value : level.percent;
}
