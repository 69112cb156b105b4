/** Names, with a resolver that answers when a test says so. */
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LookupAddress } from 'node:dns';

type Told = (error: Error | null, addresses?: readonly LookupAddress[]) => void;

const asked: { name: string; hints: number; answer: Told }[] = [];
jest.unstable_mockModule('node:dns', () => ({
  lookup: (name: string, { hints }: { hints: number }, answer: Told) => asked.push({ name, hints, answer }),
}));
const { addressesOf, lateName, lookup } = await import('../../../src/lookup/index.js');

const MON1: LookupAddress[] = [
  { address: '2001:db8::1', family: 6 },
  { address: '192.0.2.1', family: 4 },
];

/** To the oldest question. */
const answer: Told = (...told) => asked.shift()?.answer(...told);

beforeEach(() => {
  asked.length = 0;
});

describe('a name', () => {
  it('is asked for once, whoever wants it meanwhile, and all have the answer', async () => {
    const both = [addressesOf('mon1'), addressesOf('mon1')];
    expect(asked).toHaveLength(1);
    answer(null, MON1);
    expect(await Promise.all(both)).toEqual([MON1, MON1]);
  });

  it('is asked for anew after an answer', async () => {
    const first = addressesOf('mon1');
    answer(null, MON1);
    await first;
    const second = addressesOf('mon1');
    answer(null, MON1.slice(1));
    expect(await second).toEqual(MON1.slice(1));
  });

  it('has a failure for all who wait, which is not kept', async () => {
    const both = [addressesOf('mon1'), addressesOf('mon1')];
    const failure = new Error('EAI_AGAIN');
    answer(failure);
    const outcomes = await Promise.allSettled(both);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'rejected', reason: failure },
    ]);
    const next = addressesOf('mon1');
    answer(null, MON1);
    expect(await next).toEqual(MON1);
  });

  it('is another question with other hints, and to others', () => {
    for (const hints of [0, 32, 0, 32]) void addressesOf('mon1', hints);
    void addressesOf('mon2');
    expect(asked.map(({ name, hints }) => [name, hints])).toEqual([
      ['mon1', 0],
      ['mon1', 32],
      ['mon2', 0],
    ]);
    while (asked.length > 0) answer(null, MON1);
  });
});

describe('a socket', () => {
  const told = (all: boolean) =>
    new Promise((resolve) => {
      lookup('mon1', { all, hints: 32 }, (...words) => {
        resolve(words);
      });
    });

  it('is told of all addresses, or of the first', async () => {
    const both = [told(true), told(false)];
    answer(null, MON1);
    expect(await Promise.all(both)).toEqual([
      [null, MON1],
      [null, '2001:db8::1', 6],
    ]);
  });

  it('is told of a failure', async () => {
    const failure = new Error('ENOTFOUND');
    const one = told(true);
    answer(failure);
    expect(await one).toEqual([failure, []]);
  });
});

it('a name that is late has no answer, or was not asked for, and that is told apart', async () => {
  expect(lateName('mon1', 5000)).toBeUndefined();
  const all = ['mon1', 'mon2', 'mon3'].map((name) => addressesOf(name));
  expect(lateName('mon2', 5000)).toBe(
    "The name mon2 has no address (no answer within 5000 ms): check its spelling and this machine's name servers.",
  );
  expect(lateName('mon3', 5000)).toBe(
    "The name mon3 was not asked for within 5000 ms, for mon1, mon2 had no answer, and 2 are asked for at a time: check this machine's name servers.",
  );
  answer(null, MON1);
  await all[0];
  expect(lateName('mon1', 5000)).toBeUndefined();
  expect(lateName('mon3', 5000)).toContain('no answer within');
  while (asked.length > 0) answer(null, MON1);
  await Promise.all(all);
});
