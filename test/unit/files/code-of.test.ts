import { expect, it } from '@jest/globals';
import { constants } from 'node:os';
import { isShortage } from '../../../src/ffi/index.js';
import { isShort } from '../../../src/files/code-of.js';

it('knows the shortages that the C side knows', () => {
  const errors = Object.keys(constants.errno).map((code) => Object.assign(new Error(code), { code }));
  const short = errors.filter(isShort);
  expect(short).toEqual(errors.filter(isShortage));
  expect(short).not.toEqual([]);
});
