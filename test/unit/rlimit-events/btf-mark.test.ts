import { describe, expect, it } from '@jest/globals';
import { markOf, withMark } from '../../../src/rlimit-events/loading/btf-mark.js';

/** BTF of no type, and one string besides the empty one, which every one begins with. */
function btfOf(strings = '\0task_struct\0'): Buffer {
  const bytes = Buffer.alloc(24 + strings.length);
  bytes.writeUInt16LE(0xeb9f);
  bytes[2] = 1;
  bytes.writeUInt32LE(24, 4);
  bytes.writeUInt32LE(strings.length, 20);
  bytes.write(strings, 24, 'latin1');
  return bytes;
}

const MARK = { buildId: 'eb4f'.repeat(10), objects: '0123456789abcdef' };

const marked = (btf: Buffer) => {
  const result = withMark(btf, MARK);
  if (!result) throw new Error('it is no BTF');
  return result;
};

describe('the mark of a BTF file', () => {
  it('is what was written', () => {
    expect(markOf(marked(btfOf()))).toEqual(MARK);
  });

  it('is a string behind all others, which stay as they were', () => {
    const result = marked(btfOf());
    const strings = result.subarray(24, 24 + result.readUInt32LE(20));
    expect(24 + strings.length).toBe(result.length);
    expect(strings.toString()).toMatch(/^\0task_struct\0check_rlimit_passive:[0-9a-f:]+\0$/);
  });

  it('is the last one, of a file that was marked twice', () => {
    const twice = withMark(marked(btfOf()), { ...MARK, objects: 'ff' });
    expect(twice && markOf(twice)).toEqual({ ...MARK, objects: 'ff' });
  });

  it.each(['\0task_struct\0', '\0check_rlimit_passive:\0', '\0check_rlimit_passive:xyz:1\0', '\0', '\0a'])(
    'is not there with the strings %j',
    (strings) => {
      expect(markOf(btfOf(strings))).toBeUndefined();
    },
  );

  it('is not of what is no BTF, or has been cut', () => {
    for (const length of [0, 1, 23, 24, 30])
      expect(markOf(marked(btfOf()).subarray(0, length))).toBe('no-btf');
    expect(markOf(Buffer.from('x'.repeat(100)))).toBe('no-btf');
    expect(withMark(Buffer.from('x'.repeat(100)), MARK)).toBeUndefined();
    expect(withMark(Buffer.concat([btfOf(), Buffer.from('x')]), MARK)).toBeUndefined();
  });
});
