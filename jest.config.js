/**
 * Jest runs the compiled files in dist/, so what is tested is what is shipped.
 *
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/dist/test'],
  testMatch: ['**/*.test.js', '**/*.test.cjs'],
  transform: {},
  // Some look at all processes of the machine, and some make ten thousand: see scripts/suites/table.ts.
  maxWorkers: 1,
  // A bound for what hangs, also on a busy machine.
  testTimeout: 600_000,
  verbose: true,
};
