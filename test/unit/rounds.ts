/**
 * How many rounds a random test takes: all, or one in RLIMIT_TEST_ONE_IN of them, by which `npm run test:unit` is done in
 * seconds. The rounds that there are, are the same in each run.
 */
export function rounds(all: number): number {
  return Math.ceil(all / Number(process.env['RLIMIT_TEST_ONE_IN'] ?? 1));
}
