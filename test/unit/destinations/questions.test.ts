import { describe, expect, it } from '@jest/globals';
import { introductions } from '../../../src/destinations/index.js';

describe.each(introductions().map((each) => [each.type, each] as const))('who sets up %s', (_type, kind) => {
  it('is asked for keys that the schema explains', () => {
    for (const { about, example, usual } of kind.questions) {
      expect(about).toMatch(/^\w.*[^.]$/);
      expect(about).not.toMatch(/`|\]\(/);
      expect(example ?? usual).toEqual(expect.any(String));
    }
  });

  it('has a valid destination when all is answered as in the examples, and no other', () => {
    const answered = Object.fromEntries(
      kind.questions.map(({ key, example }) => [
        key,
        kind.takenBy(key) === 'list' ? example?.split(' ') : example,
      ]),
    );
    expect(kind.faultsOf(answered, '/etc')).toEqual([]);
    for (const { key, isRequired } of kind.questions)
      expect(kind.faultsOf({ ...answered, [key]: undefined }, '/etc').length > 0).toBe(isRequired);
    expect(kind.faultsOf({ ...answered, sever: 'mon1' }, '/etc')).toEqual([
      { key: undefined, problem: expect.stringContaining('unknown key "sever"') },
    ]);
  });
});
