import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstInKernel } from '../../../src/rlimit-events/kernel-symbols.js';

const WANTED = ['filp_flush', 'filp_close'];
const line = (type: string, name: string) => `ffffffff816cead0 ${type} ${name}\n`;

describe('firstInKernel', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kallsyms-'));
    file = join(folder, 'kallsyms');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const firstIn = (text: string) => {
    writeFileSync(file, text);
    return firstInKernel(WANTED, file);
  };

  it('gives the most wanted, wherever it stands, and whether it is static or not', () => {
    expect(firstIn(line('t', 'filp_flush') + line('T', 'filp_close'))).toBe('filp_flush');
    expect(firstIn(line('T', 'filp_close') + line('T', 'filp_flush'))).toBe('filp_flush');
  });

  it('gives the next where there is none of those before', () => {
    expect(firstIn(line('T', 'filp_close'))).toBe('filp_close');
    expect(firstIn(line('T', 'filp_open'))).toBeUndefined();
    expect(firstIn('')).toBeUndefined();
  });

  it('takes neither a part of a name, nor what is no function, nor what is of a module', () => {
    for (const other of ['filp_flush.cold', '__filp_flush', 'filp_flush_all', 'filp_flush\t[nfs]'])
      expect(firstIn(line('t', other) + line('T', 'filp_close'))).toBe('filp_close');
    for (const type of ['r', 'd', 'W'])
      expect(firstIn(line(type, 'filp_flush') + line('T', 'filp_close'))).toBe('filp_close');
  });

  it('finds it at any place between two pieces of the file', () => {
    const wanted = line('t', 'filp_flush');
    for (let before = 0; before <= wanted.length; before++) {
      const other = 'x'.repeat(64 * 1024 - before - line('t', '').length);
      expect(firstIn(line('t', other) + wanted + line('T', 'filp_close'))).toBe('filp_flush');
    }
  });

  it('reads the kernel itself', () => {
    expect(WANTED).toContain(firstInKernel(WANTED));
    expect(firstInKernel(['no_such_function'])).toBeUndefined();
  });
});
