import { describe, expect, test } from '@jest/globals';
import { parseEncryption } from '../../../src/nsca-client/index.js';

describe('parseEncryption', () => {
  test.each([
    [0, 'none'],
    [1, 'xor'],
    [2, 'des'],
    [3, '3des'],
    [4, 'cast-128'],
    [5, 'cast-256'],
    [6, 'xtea'],
    [8, 'blowfish'],
    [9, 'twofish'],
    [10, 'loki97'],
    [11, 'rc2'],
    [14, 'rijndael-128'],
    [15, 'rijndael-192'],
    [16, 'rijndael-256'],
    [20, 'serpent'],
    [23, 'gost'],
    [26, 'saferplus'],
  ])('finds %i and %s', (number, name) => {
    for (const wanted of [number, String(number), name, ` ${name.toUpperCase()} `]) {
      expect(parseEncryption(wanted)).toEqual({ number, name });
    }
  });

  test.each([
    ['aes', 14],
    ['aes-256', 14],
    ['tripledes', 3],
    ['SAFER+', 26],
  ])('knows %s by its other name', (alias, number) => {
    expect(parseEncryption(alias).number).toBe(number);
  });

  test.each([
    [7, '3way'],
    [12, 'arcfour'],
    [13, 'rc6'],
    [17, 'mars'],
    [18, 'panama'],
    [19, 'wake'],
    [21, 'idea'],
    [22, 'enigma'],
    [24, 'safer64'],
    [25, 'safer128'],
  ])('refuses %i, %s, by its name, and tells what to use', (number, name) => {
    for (const wanted of [number, name]) {
      expect(() => parseEncryption(wanted)).toThrow(
        expect.objectContaining({
          code: 'unsupported-encryption',
          message: `The encryption method ${name} (${number}) cannot be opened by an nsca daemon: use rijndael-128 (14) on both sides.`,
        }),
      );
    }
  });

  test.each([27, -1, 1.5, '', 'rot13', '014'])('refuses %j, which nsca does not have', (wanted) => {
    expect(() => parseEncryption(wanted)).toThrow(
      expect.objectContaining({
        code: 'unsupported-encryption',
        message: expect.stringContaining('use rijndael-128 (14)'),
      }),
    );
  });
});
