/** How far the wall clock may be from where it is believed to be, in milliseconds. */
const TOLERANCE = 2;
/** Milliseconds between two readings of one clock, above which this process was interrupted between them. */
const INTERRUPTED = 0.1;
const TRIES = 5;

/**
 * Turns the kernel's CLOCK_MONOTONIC into wall-clock time, to the microsecond, and follows when the
 * wall clock is set.
 *
 * @returns milliseconds since 1970
 */
export function monotonicClock(): (nanoseconds: bigint) => number {
  let origin = wallOrigin() ?? Date.now() - monotonicNow();
  return (nanoseconds) => {
    const now = wallOrigin();
    // Date.now() cuts to the millisecond, so that a difference of up to one means nothing.
    if (now !== undefined && Math.abs(now - origin) > TOLERANCE) origin = now;
    return origin + Number(nanoseconds) / 1e6;
  };
}

/**
 * The wall-clock time at which CLOCK_MONOTONIC was 0, up to a millisecond too early; undefined when
 * the two clocks could not be read together, on a machine that is very busy.
 */
function wallOrigin(): number | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = monotonicNow();
    const wall = Date.now();
    if (monotonicNow() - before < INTERRUPTED) return wall - before;
  }
  return undefined;
}

function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
