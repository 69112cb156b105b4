/**
 * Jest runs the compiled files in dist/, so what is tested is what is shipped.
 *
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/dist/test'],
  testMatch: ['**/*.test.js'],
  transform: {},
  // Two tests that load the same CPU cannot both meet their time bounds.
  maxWorkers: 1,
  testTimeout: 60_000,
  verbose: true,
};
