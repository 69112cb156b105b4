import { describe, expect, it } from '@jest/globals';
import { buildIdOf } from '../../../src/rlimit-events/loading/build-id.js';

function note(type: number, name: string, content: string): Buffer {
  const padded = (text: Buffer) => Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4)]);
  const [owner, bytes] = [Buffer.from(`${name}\0`), Buffer.from(content, 'hex')];
  const header = Buffer.alloc(12);
  header.writeUInt32LE(owner.length);
  header.writeUInt32LE(bytes.length, 4);
  header.writeUInt32LE(type, 8);
  return Buffer.concat([header, padded(owner), padded(bytes)]);
}

describe('the build id of a kernel', () => {
  it('is found wherever it stands among its notes', () => {
    const others = [note(1, 'Xen', '0a'), note(3, 'Linux', 'ffff'), note(18, 'GNU', 'bb')];
    expect(buildIdOf(Buffer.concat([...others, note(3, 'GNU', 'eb4fcb'), ...others]))).toBe('eb4fcb');
    expect(buildIdOf(Buffer.concat(others))).toBeUndefined();
  });

  it('is not read from what has been cut', () => {
    const whole = note(3, 'GNU', 'eb4fcbd0');
    for (let length = 0; length < whole.length; length++)
      expect(buildIdOf(whole.subarray(0, length))).toBeUndefined();
  });
});
