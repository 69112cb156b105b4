import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { within } from '../../../src/waiting/index.js';

describe('who waits within a time', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('has what comes in time, and no timer any more', async () => {
    expect(await within(1000, async (signal) => Promise.resolve(signal.aborted))).toBe(false);
    await expect(within(1000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is late, though the work says at once that it was given up', async () => {
    const waiting = within(
      1000,
      (signal) =>
        new Promise<string>((resolve) => {
          signal.addEventListener('abort', () => {
            resolve('given up');
          });
        }),
    );
    await jest.advanceTimersByTimeAsync(999);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(await waiting).toBe('late');
  });
});
