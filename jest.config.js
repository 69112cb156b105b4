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
  // Most tests wait for a server or a process most of the time, and none needs a quiet machine.
  maxWorkers: 2,
  testTimeout: 180_000,
  verbose: true,
};
