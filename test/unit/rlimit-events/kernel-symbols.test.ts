import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PROG_ACTIVE,
  symbolsInKernel,
  whyNoneOf,
  whyUnknownDepth,
} from '../../../src/rlimit-events/loading/kernel-symbols.js';

const WANTED = ['filp_flush', 'filp_close'];
const line = (type: string, name: string) => `ffffffff816cead0 ${type} ${name}\n`;

describe('symbolsInKernel', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kallsyms-'));
    file = join(folder, 'kallsyms');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const found = (text: string, enough = WANTED) => {
    writeFileSync(file, text);
    return [...symbolsInKernel(WANTED, enough, file)].toSorted();
  };

  it('gives those that are there, wherever they stand, and whether they are static or not', () => {
    expect(found(line('t', 'filp_flush') + line('T', 'filp_close'))).toEqual(['filp_close', 'filp_flush']);
    expect(found(line('T', 'filp_close'))).toEqual(['filp_close']);
    expect(found(line('T', 'filp_open'))).toEqual([]);
    expect(found('')).toEqual([]);
  });

  it('takes neither a part of a name, nor what is no function, nor what is of a module', () => {
    for (const other of ['filp_flush.cold', '__filp_flush', 'filp_flush_all', 'filp_flush\t[nfs]'])
      expect(found(line('t', other) + line('T', 'filp_close'))).toEqual(['filp_close']);
    for (const type of ['r', 'd', 'W'])
      expect(found(line(type, 'filp_flush') + line('T', 'filp_close'))).toEqual(['filp_close']);
  });

  it('takes a variable for one, of whatever type', () => {
    const symbolsOf = (text: string) => {
      writeFileSync(file, text);
      return [...symbolsInKernel([PROG_ACTIVE], [], file)];
    };
    expect(symbolsOf(line('A', PROG_ACTIVE))).toEqual([PROG_ACTIVE]);
    expect(symbolsOf(line('d', PROG_ACTIVE))).toEqual([PROG_ACTIVE]);
    expect(symbolsOf(line('t', PROG_ACTIVE))).toEqual([]);
  });

  it('finds it at any place between two pieces of the file', () => {
    const wanted = line('t', 'filp_flush');
    for (let before = 0; before <= wanted.length; before++) {
      const other = 'x'.repeat(64 * 1024 - before - line('t', '').length);
      expect(found(line('t', other) + wanted + line('T', 'filp_close'))).toEqual([
        'filp_close',
        'filp_flush',
      ]);
    }
  });

  it('reads no further than to the last of those that are enough', () => {
    const far = line('t', 'x'.repeat(128 * 1024)) + line('T', 'filp_close');
    expect(found(line('t', 'filp_flush') + far, ['filp_flush'])).toEqual(['filp_flush']);
    expect(found(line('t', 'filp_flush') + far)).toEqual(['filp_close', 'filp_flush']);
  });

  it('knows of none where the file cannot be read, and says that', () => {
    for (const unread of [join(folder, 'nothing'), folder]) {
      const none = symbolsInKernel(WANTED, [], unread);
      expect(none.size).toBe(0);
      expect(whyUnknownDepth(none)).toBe('nothing can be read in /proc/kallsyms');
      expect(whyNoneOf('filp_flush', none)).toContain('ProcSubset=pid');
    }
    const some = new Set(['filp_close']);
    expect(whyUnknownDepth(some)).toBe('it has no CONFIG_KALLSYMS_ALL');
    expect(whyUnknownDepth(new Set([PROG_ACTIVE]))).toBeUndefined();
    expect(whyNoneOf('filp_flush', some)).toBe('it has no function filp_flush');
  });

  it('reads the kernel itself', () => {
    expect(symbolsInKernel([...WANTED, 'no_such_function'], []).size).toBeLessThan(3);
    expect(symbolsInKernel([...WANTED, 'no_such_function'], ['no_such_function']).size).toBeGreaterThan(0);
  });
});
