import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeAnswers,
  decodeChores,
  decodeEvent,
  decodeLosses,
  decodeNoted,
  decodeElementResult,
  ELEMENT_MAPS,
  encodeConfig,
  encodeElement,
  encodeExe,
  encodeLevelSet,
  encodeMask,
  encodeMatching,
  encodeRequest,
  encodeText,
  encodeU32,
  encodeU64,
  MANY_WORDS,
  MATCH_BITS,
  ONE_WORD,
  PATIENT,
  REQUESTS,
  SYSCALLS,
  WOKEN,
} from '../../../src/rlimit-events/layout/index.js';

/** From dist/test/unit/rlimit-events/ to the sources. */
const SOURCES = new URL('../../../../', import.meta.url).pathname;

/** The bytes that C has for each sample of layout-samples.c. */
function compileSamples(words: number): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'layout-'));
  try {
    const program = join(folder, 'samples');
    const source = `${SOURCES}test/native/rlimit-events/layout-samples.c`;
    const warnings = [
      '-Wall',
      '-Werror',
      '-Wno-unterminated-string-initialization',
      '-Wno-unknown-warning-option',
    ];
    const many = words > ONE_WORD ? ['-DMANY_GROUPS'] : [];
    execFileSync('gcc', [...warnings, ...many, `-I${SOURCES}src/rlimit-events/bpf`, '-o', program, source]);
    const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
    return new Map(
      lines.map((line) => line.split(' ')).map(([name = '', hex = '']) => [name, Buffer.from(hex, 'hex')]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each([ONE_WORD, MANY_WORDS])('the layout of rlimit_events.h, with masks of %d words', (words) => {
  let samples: Map<string, Buffer>;
  /** A mask of which the first word and the last one have something, or are the same. */
  const mask = (first: bigint, last: bigint) => first | (last << BigInt(64 * (words - 1)));
  /** Where the name of an event is. */
  const comm = 56 + 8 * words;
  const sample = (name: string) => samples.get(name) ?? Buffer.alloc(0);
  const view = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  beforeAll(() => {
    samples = compileSamples(words);
  });

  it('decodes an event', () => {
    expect(decodeEvent(words, view(sample('event')))).toEqual({
      type: 'level',
      pid: 4711,
      other: 2,
      time: 1_234_567_890_123_456_789n,
      value: 51,
      limit: 1024,
      level: 52,
      set: 3,
      index: 63,
      crossed: 0,
      groups: mask(5n, 0x8000_0000_0000_0005n),
      name: 'broker',
    });
  });

  it('decodes a step, of which one change can cross more than 32 bits tell', () => {
    expect(decodeEvent(words, view(sample('step')))).toMatchObject({
      type: 'step',
      level: 2 ** 34,
      crossed: 2 ** 33 + 5,
      name: '',
    });
  });

  it('decodes unlimited limits, and a name that was cut within a character', () => {
    expect(decodeEvent(words, view(sample('unlimited')))).toMatchObject({
      type: 'limit-changed',
      limit: Infinity,
      level: Infinity,
      name: 'fifteen bytes \ufffd',
    });
  });

  it('takes a limit for unlimited only when all its bits are set', () => {
    const bytes = Buffer.from(sample('unlimited'));
    const limitAfter = (change: () => void) => {
      sample('unlimited').copy(bytes);
      change();
      return decodeEvent(words, view(bytes)).limit;
    };
    expect(limitAfter(() => bytes.writeUInt32LE(0x7fff_ffff, 36))).toBe(2 ** 63);
    expect(limitAfter(() => bytes.writeUInt32LE(0, 32))).toBe(0xffff_ffff * 2 ** 32);
    expect(limitAfter(() => bytes.writeUInt32LE(0, 36))).toBe(0xffff_ffff);
  });

  it('tells names one after the other, longer, shorter, and the same again', () => {
    const bytes = Buffer.from(sample('event'));
    const nameOf = (name: string) => {
      bytes.fill(0, comm).write(name, comm);
      return decodeEvent(words, view(bytes)).name;
    };
    const names = ['a', 'a', 'longer', 'lon', 'lon', '', 'été', 'a'];
    expect(names.map(nameOf)).toEqual(names);
  });

  it('refuses an event of a type that it does not know', () => {
    const bytes = Buffer.from(sample('event'));
    bytes.writeUInt32LE(99, 0);
    expect(() => decodeEvent(words, view(bytes))).toThrow('an event of type 99');
  });

  it('decodes any number of answers', () => {
    const answers = [
      { pid: 4711, errno: -0, value: 51, limit: 1024, set: 3, groups: 5n, name: 'broker' },
      {
        pid: 4712,
        errno: 16,
        value: 2 ** 40,
        limit: Infinity,
        set: 4,
        groups: mask(0n, 1n),
        name: 'full sixteen byt',
      },
    ];
    expect(decodeAnswers(words, sample('answers'))).toEqual(answers);
    expect(decodeAnswers(words, sample('answers').subarray(48 + 8 * words))).toEqual([answers[1]]);
    expect(decodeAnswers(words, Buffer.alloc(0))).toEqual([]);
  });

  it('decodes losses, and what there is to do', () => {
    expect(decodeLosses(sample('losses'))).toEqual({
      queue: 1,
      limitCalls: 2,
      processes: 3,
      members: 4,
      sharers: 5,
      cgroups: 6,
      lock: 2 ** 33,
      keptOut: 8,
      shortage: 0,
    });
    expect(decodeChores(sample('losses'))).toEqual({ observe: 9, match: 10, link: 11 });
    expect([WOKEN, PATIENT].map((offset) => sample('losses').readUInt32LE(offset))).toEqual([1, 2]);
  });

  it('encodes an element that is written, and one that is deleted', () => {
    const [map, key] = [ELEMENT_MAPS.users, encodeU32(4711)];
    const written = sample('element');
    const bytes = encodeElement({ map, key, value: encodeMask(words, mask(0n, 1n << 63n)) });
    expect(hex(bytes)).toBe(hex(written.subarray(0, bytes.length)));
    const deleted = encodeElement({ map, key, value: undefined });
    expect(hex(deleted)).toBe(hex(sample('deleted').subarray(0, deleted.length)));
    expect(decodeElementResult(sample('deleted'))).toBeUndefined();
    expect(decodeElementResult(sample('done'))).toBe(-7);
  });

  it('encodes a request', () => {
    const request = {
      kind: REQUESTS.watch,
      pid: 4711,
      set: 3,
      account: 0x12_3456_789an,
    };
    expect(hex(encodeRequest(words, request))).toBe(hex(sample('request')));
  });

  it('encodes a request for a match', () => {
    const request = {
      kind: REQUESTS.regroup,
      pid: 0,
      groups: mask(0n, 1n << 63n),
      given: mask(0n, 1n << 62n),
      taken: mask(0n, 1n << 61n),
      removed: mask(0n, 1n << 60n),
    };
    expect(hex(encodeRequest(words, request))).toBe(hex(sample('regroup')));
    const exe = { inode: 1n << 62n, device: 0xfe0_0001 };
    expect(hex(encodeRequest(words, { kind: REQUESTS.find, pid: 0, exe, fd: 9 }))).toBe(hex(sample('find')));
  });

  it('decodes what a request has found', () => {
    expect(decodeNoted(words, sample('answered'))).toEqual({
      account: 0x12_3456_789an,
      threads: 5,
      references: 6,
      exe: { inode: 1n << 62n, device: 0xfe0_0001 },
      changed: 7,
    });
  });

  it('encodes an executable, and what is matched', () => {
    expect(hex(encodeExe({ inode: 1n << 62n, device: 0xfe0_0001 }))).toBe(hex(sample('exe')));
    const kinds = MATCH_BITS.command | MATCH_BITS.cgroup;
    const matching = {
      inheriting: mask(1n, (1n << 63n) | 1n),
      all: mask(2n, (1n << 62n) | 2n),
      kinds,
    };
    expect(hex(encodeMatching(words, matching))).toBe(hex(sample('matching')));
  });

  it('encodes text that fits with a zero behind it', () => {
    expect([...(encodeText('aä', 5) ?? [])]).toEqual([97, 0xc3, 0xa4, 0, 0]);
    expect(encodeText('aää', 5)).toBeUndefined();
  });

  it('encodes the configuration', () => {
    const numbers = {
      unguardedPrograms: 9,
      setuid: [105, 113, 117],
      resource: 7,
      pageSize: 65_536,
      microsecondsPerTick: 4000,
    };
    const weights = Uint16Array.from({ length: SYSCALLS }, (_, number) => number * 3);
    expect(hex(encodeConfig({ ...numbers, missesIoUring: true, weights }))).toBe(hex(sample('config')));
  });

  it('encodes a set of levels', () => {
    const levels = [
      { kind: 'value', value: 2 ** 40 },
      { kind: 'share', percent: 80, above: false },
      { kind: 'share', percent: 99.99, above: true },
    ] as const;
    expect(hex(encodeLevelSet({ levels, inherited: 9, step: 2 ** 33 }))).toBe(hex(sample('level_set')));
  });

  it('encodes a number', () => {
    expect([...encodeU32(0x0102_0304)]).toEqual([4, 3, 2, 1]);
    expect([...encodeU64(0x0102_0304_0506_0708n)]).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });
});
