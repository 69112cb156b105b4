import { expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import type { PlatformPath } from 'node:path';
import { lazily } from '../../../plugins/compiled/lazy-modules.js';

const real = createRequire(import.meta.url);

function watched() {
  const asked: string[] = [];
  const require = Object.assign((name: string): unknown => (asked.push(name), real(name)), real);
  return { asked, require: lazily(require) };
}

it('loads a module of Node.js when the first thing of it is used', () => {
  const { asked, require } = watched();
  const path = require('node:path') as Pick<PlatformPath, 'basename'>;
  expect(asked).toEqual([]);
  expect(path.basename('/a/b')).toBe('b');
  expect(asked).toEqual(['node:path']);
});

it('has all of a module by its names, for who copies it, also what cannot be changed', () => {
  const { require } = watched();
  const fs = require('fs') as object;
  const copy = Object.fromEntries(
    Object.getOwnPropertyNames(fs).map((name) => [
      name,
      Object.getOwnPropertyDescriptor(fs, name)?.enumerable,
    ]),
  );
  const whole = real('fs') as object;
  expect(Object.keys(copy)).toEqual(Object.getOwnPropertyNames(whole));
  expect(copy['constants']).toBe(Object.getOwnPropertyDescriptor(whole, 'constants')?.enumerable);
  expect(Object.getOwnPropertyDescriptor(fs, 'nothing of it')).toBeUndefined();
});

it('loads all others at once, as require() does, and has what that has', () => {
  const { asked, require } = watched();
  expect(require('esbuild')).toBe(real('esbuild'));
  expect(asked).toEqual(['esbuild']);
  expect(require.resolve('esbuild')).toBe(real.resolve('esbuild'));
});
