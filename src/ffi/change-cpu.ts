import koffi from 'koffi';
import { lastError } from './errors.js';
import type { Way } from './way.js';

const libc = koffi.load(null);
const clockGettime = libc.func('clock_gettime', 'int', ['int', 'void *']) as (
  clock: number,
  time: BigInt64Array,
) => number;

/**
 * What of the calling process is compared with its RLIMIT_CPU: MAKE_PROCESS_CPUCLOCK(0, CPUCLOCK_PROF) of
 * linux/posix-timers.h.
 */
const PROCESS_PROFILING_CLOCK = -8;

/** In nanoseconds. */
function usedCpuTime(): bigint {
  const time = new BigInt64Array(2);
  if (clockGettime(PROCESS_PROFILING_CLOCK, time) < 0) throw lastError('clock_gettime');
  return (time[0] ?? 0n) * 1_000_000_000n + (time[1] ?? 0n);
}

/** The way in which a process uses CPU time: it works until the tick comes that this is counted by. */
export const changeCpu: readonly Way[] = [
  {
    name: 'CPU time',
    onlyUp: true,
    change: () => {
      const before = usedCpuTime();
      while (usedCpuTime() === before);
    },
  },
];
