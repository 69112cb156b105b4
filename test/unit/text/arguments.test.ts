import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { inAList } from '../../../src/text/index.js';
import { forAll } from '../random.js';

const EXAMPLE = 'run: [a, b]';
const WHAT_TO_DO = 'write the program and each of its arguments as an entry of a list, such as ';

describe('a command line', () => {
  it.each([
    ['send_gearman --server=mon1', 'run: [send_gearman, --server=mon1]'],
    ['  /usr/bin/x\t-H mon1:5667 ', 'run: [/usr/bin/x, -H, mon1:5667]'],
    ['x -p 5667 -d 0x0a true -', 'run: [x, -p, "5667", -d, "0x0a", "true", "-"]'],
  ])('is told as a list of its own words: %s', (line, list) => {
    expect(inAList(line, EXAMPLE)).toBe(WHAT_TO_DO + list);
  });

  it.each([
    ['x "a b"'],
    ["x 'a'"],
    ['x | y'],
    ['x $HOME'],
    ['x > /dev/null'],
    ['x --token=abc'],
    ['curl -u gw01 --Password abc'],
    ['a b c d e f g h i'],
    ['x'.repeat(61)],
    ['   '],
    ['x \0'],
  ])(
    'that only a shell would understand, that may hold a secret, or is long, is not repeated: %j',
    (line) => {
      expect(inAList(line, EXAMPLE)).toBe(WHAT_TO_DO + EXAMPLE);
    },
  );

  it('is a list in YAML of just these words', () => {
    forAll(1000, (random) => {
      const letters = 'ab05./:=@%+,-_~';
      const word = () =>
        Array.from({ length: random.int(1, 6) }, () => letters[random.int(0, letters.length - 1)]).join('');
      const words = [word(), word(), random.pick(['true', 'null', '-1', '.5', '-', 'a:', word()])];
      const list = inAList(words.join(' '), EXAMPLE);
      if (!list.endsWith(EXAMPLE)) expect(parse(list.slice(WHAT_TO_DO.length))).toEqual({ run: words });
    });
  });
});
