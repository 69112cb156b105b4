import { describe, expect, it } from '@jest/globals';
import { parseRange, returnCode, stateOf } from '../../../src/services/index.js';

const warning = parseRange(50);
const critical = parseRange('80%');

describe('returnCode', () => {
  it('counts as plugins do', () => {
    expect((['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const).map(returnCode)).toEqual([0, 1, 2, 3]);
  });
});

describe('stateOf', () => {
  const statesOf = (thresholds: Parameters<typeof stateOf>[0]) =>
    [50, 51, 80, 81].map((value) => stateOf(thresholds, { value, limit: 100 }));

  it('is the worst state that a threshold alerts for', () => {
    expect(statesOf({ warning, critical })).toEqual(['OK', 'WARNING', 'WARNING', 'CRITICAL']);
  });

  it('needs only one threshold', () => {
    expect(statesOf({ warning })).toEqual(['OK', 'WARNING', 'WARNING', 'WARNING']);
    expect(statesOf({ critical })).toEqual(['OK', 'OK', 'OK', 'CRITICAL']);
  });

  it('is CRITICAL where only the critical range alerts', () => {
    expect(stateOf({ warning, critical: parseRange('10:') }, { value: 9, limit: 100 })).toBe('CRITICAL');
  });
});
