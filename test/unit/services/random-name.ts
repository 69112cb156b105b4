import type { Random } from '../random.js';

/** A name as a process can give itself one: of any characters, and more than fifteen bytes of them. */
export function randomName(random: Random): string {
  const characters = [
    ' ',
    'a',
    'é',
    '測',
    '🦀',
    '|',
    '\n',
    '\\',
    '\u0007',
    '\u2029',
    '\udc00',
    '<',
    ';',
  ] as const;
  return Array.from({ length: random.int(0, 100) }, () => random.pick(characters)).join('');
}
