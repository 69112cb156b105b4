/**
 * Waits for somebody's work, and no longer than so many milliseconds.
 *
 * @param work is given a signal, which aborts when it is late: whatever comes of it then, nobody waits for it
 * @returns what has come of it, or `late`
 * @throws what it does, if it is in time
 */
export async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | 'late'> {
  const givenUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      // First: who is told to give up may say so at once.
      resolve('late');
      givenUp.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(givenUp.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
