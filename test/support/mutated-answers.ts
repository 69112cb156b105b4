/**
 * How many mutated answers of servers each client gets: RLIMIT_TEST_ANSWERS, or as many as take half a minute. A
 * multiple of 400.
 */
export const ANSWERS = Number(process.env['RLIMIT_TEST_ANSWERS'] ?? 10_000);

/** A bound for a test that takes at most so many milliseconds for 10,000 of them. */
export const forAnswers = (ms: number): number => ms * Math.max(1, ANSWERS / 10_000);
