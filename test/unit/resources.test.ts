import { describe, expect, it } from '@jest/globals';
import { formatQuantity, parseQuantity, parseResource, type Unit } from '../../src/resources/index.js';

describe('parseQuantity', () => {
  it.each<[string, Unit, number]>([
    ['50', 'count', 50],
    ['209715200', 'bytes', 209_715_200],
    ['64K', 'bytes', 65_536],
    ['512MiB', 'bytes', 536_870_912],
    ['8191TiB', 'bytes', 8191 * 1024 ** 4],
    ['90s', 'seconds', 90e6],
    ['90', 'seconds', 90e6],
    ['90', 'microseconds', 90],
    ['500ms', 'microseconds', 500_000],
    ['1h', 'seconds', 3600e6],
  ])('reads %s as a %s', (text, unit, value) => {
    expect(parseQuantity(text, unit)).toBe(value);
  });

  it.each<[string, Unit]>([
    ['512MiB', 'count'],
    ['90s', 'bytes'],
    ['64k', 'bytes'],
    ['1MiB', 'seconds'],
    ['8192TiB', 'bytes'],
    ['1.5GiB', 'bytes'],
    ['1 GiB', 'bytes'],
    ['5constructor', 'count'],
    ['-1', 'count'],
    ['', 'count'],
  ])('refuses %j as a %s', (text, unit) => {
    expect(parseQuantity(text, unit)).toBeUndefined();
  });
});

describe('formatQuantity', () => {
  it.each<[number, Unit, string]>([
    [1023, 'bytes', '1023 B'],
    [1024, 'bytes', '1.0 KiB'],
    [851_443_712, 'bytes', '812 MiB'],
    [1024 ** 3 - 1, 'bytes', '1.0 GiB'],
    [Infinity, 'bytes', 'unlimited'],
    [5000, 'count', '5000'],
    [90e6, 'seconds', '90 s'],
    [89_999_999, 'seconds', '89.99 s'],
    [1_250_000, 'seconds', '1.25 s'],
    [950_000, 'microseconds', '950 ms'],
    [400, 'microseconds', '400 µs'],
  ])('writes %d %s as %s', (value, unit, text) => {
    expect(formatQuantity(value, unit)).toBe(text);
  });
});

describe('parseResource', () => {
  it('knows those that can be watched', () => {
    expect(parseResource('as')).toBe('as');
  });

  it.each([
    ['fsize', 'limits a single value rather than something used up'],
    ['locks', 'has not been counted since Linux 2.4.25'],
    ['toString', 'is not a resource'],
  ])('refuses %s, which %s', (name, reason) => {
    expect(() => parseResource(name)).toThrow(
      `"${name}" ${reason}; write one of nofile, as, data, stack, memlock, rss, cpu, nproc, sigpending, msgqueue, rttime`,
    );
  });
});
