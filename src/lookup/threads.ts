/** libuv's, if nobody says. */
const USUAL = 4;

/** How many names are asked for at a time: half of libuv's threads, rounded up (slow_work_thread_threshold()). */
export function mostAtATime(): number {
  return Math.floor((Number(process.env['UV_THREADPOOL_SIZE'] ?? USUAL) + 1) / 2);
}

/**
 * Gives each of so many names a thread, so that none has to wait for another. libuv starts all of its threads with the
 * first work for one, so it has to be told before; a later call changes nothing, and neither does any where an
 * administrator has said how many there are.
 */
export function giveThreads(names: number): void {
  process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(USUAL, 2 * names - 1));
}
