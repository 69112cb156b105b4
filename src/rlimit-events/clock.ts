/**
 * Turns the kernel's CLOCK_MONOTONIC into wall-clock time, to the microsecond, and follows when the
 * wall clock is set.
 *
 * @returns milliseconds since 1970
 */
export function monotonicClock(): (nanoseconds: bigint) => number {
  let origin = wallOrigin();
  return (nanoseconds) => {
    // Date.now() cuts to the millisecond, so that a difference of up to one means nothing.
    const now = wallOrigin();
    if (Math.abs(now - origin) > 2) origin = now;
    return origin + Number(nanoseconds) / 1e6;
  };
}

/** The wall-clock time at which CLOCK_MONOTONIC was 0, on a bad day a millisecond too early. */
function wallOrigin(): number {
  return Date.now() - Number(process.hrtime.bigint()) / 1e6;
}
