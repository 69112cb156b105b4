import { describe, expect, it } from '@jest/globals';
import { heldLines, type Held } from '../../../src/holdings/index.js';

const held = (groups: Record<string, number>, others = 0): Held => ({
  total: Object.values(groups).reduce((sum, count) => sum + count, others),
  isTruncated: false,
  groups: Object.entries(groups).map(([what, count]) => ({ what, count })),
});

describe('the lines about what a process holds', () => {
  it('name the largest groups first', () => {
    expect(heldLines(held({ 'TCP 192.0.2.7:1883 CLOSE_WAIT': 640, '/var/log/x.log': 100 }))).toEqual([
      'holds 740 descriptors:',
      'TCP 192.0.2.7:1883 CLOSE_WAIT ×640',
      '/var/log/x.log ×100',
    ]);
  });

  it('name those that have grown most first, if it is known what was before', () => {
    const before = held({ '/big': 500, '/growing': 10 });
    expect(heldLines(held({ '/big': 500, '/growing': 40, '/new': 20 }), before)).toEqual([
      'holds 560 descriptors, 50 more than when it was OK:',
      '/growing ×40 (+30)',
      '/new ×20 (+20)',
      '/big ×500',
    ]);
  });

  it('do not take a folder for grown whose files were told one by one', () => {
    const before = held({ '/a/1': 1, '/a/2': 1, '/b': 1 });
    expect(heldLines(held({ '/a/*': 30 }), before)[1]).toBe('/a/* ×30 (+28)');
  });

  it('tell of a file from among many by how much it has grown at least', () => {
    const before = held({ '/a/*': 30 });
    expect(heldLines(held({ '/a/x': 100, '/a/*': 29 }), before)).toEqual([
      'holds 129 descriptors, 99 more than when it was OK:',
      '/a/x ×100 (+70)',
      '/a/* ×29',
    ]);
    expect(
      heldLines(held({ 'TCP 192.0.2.7:443 ESTABLISHED': 50 }), held({ 'TCP *:443 ESTABLISHED': 45 }))[1],
    ).toBe('TCP 192.0.2.7:443 ESTABLISHED ×50 (+5)');
  });

  it('tell of what was too small to be kept by how much it has grown at least', () => {
    const kept = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`/${i}`, 7]));
    expect(heldLines(held({ '/x': 10 }), held(kept, 1000))[1]).toBe('/x ×10 (+3)');
  });

  it('are at most eight, and the last says how many others there are', () => {
    const groups = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`/${i}`, 9 - i]));
    const lines = heldLines(held(groups));
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('6 others in 3 groups');
    expect(heldLines(held({ '/a': 3 }, 2)).at(-1)).toBe('2 others in 0 groups');
  });

  it('say when there are more descriptors than were looked at', () => {
    expect(heldLines({ ...held({ '/a': 16_384 }), isTruncated: true }, held({ '/a': 5 }))[0]).toBe(
      'of its first 16384 descriptors:',
    );
  });
});
