import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeAnswers,
  decodeEvent,
  decodeLosses,
  decodeTable,
  encodeConfig,
  encodeLevelSet,
  encodeRequest,
  encodeU32,
  REQUESTS,
  RESOURCE_NUMBERS,
  SYSCALLS,
} from '../../../src/rlimit-events/layout.js';

/** From dist/test/unit/rlimit-events/ to the sources. */
const SOURCES = new URL('../../../../', import.meta.url).pathname;

/** The bytes that C has for each sample of layout-samples.c. */
function compileSamples(): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'layout-'));
  try {
    const program = join(folder, 'samples');
    const source = `${SOURCES}test/unit/rlimit-events/layout-samples.c`;
    const warnings = [
      '-Wall',
      '-Werror',
      '-Wno-unterminated-string-initialization',
      '-Wno-unknown-warning-option',
    ];
    execFileSync('gcc', [...warnings, `-I${SOURCES}src/rlimit-events/bpf`, '-o', program, source]);
    const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
    return new Map(
      lines.map((line) => line.split(' ')).map(([name = '', hex = '']) => [name, Buffer.from(hex, 'hex')]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the layout of rlimit_events.h', () => {
  let samples: Map<string, Buffer>;
  const sample = (name: string) => samples.get(name) ?? Buffer.alloc(0);
  const view = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  beforeAll(() => {
    samples = compileSamples();
  });

  it('decodes an event', () => {
    expect(decodeEvent(view(sample('event')))).toEqual({
      type: 'level',
      pid: 4711,
      other: 2,
      time: 1_234_567_890_123_456_789n,
      value: 51,
      limit: 1024,
      level: 52,
      set: 3,
      index: 63,
      name: 'broker',
    });
  });

  it('decodes unlimited limits, and a name that was cut within a character', () => {
    expect(decodeEvent(view(sample('unlimited')))).toMatchObject({
      type: 'limit-changed',
      limit: Infinity,
      level: Infinity,
      name: 'fifteen bytes \ufffd',
    });
  });

  it('refuses an event of a type that it does not know', () => {
    const bytes = Buffer.from(sample('event'));
    bytes.writeUInt32LE(9, 0);
    expect(() => decodeEvent(view(bytes))).toThrow('an event of type 9');
  });

  it('decodes any number of answers', () => {
    const answers = [
      { pid: 4711, errno: -0, value: 51, limit: 1024, set: 3, name: 'broker' },
      { pid: 4712, errno: 16, value: 2 ** 40, limit: Infinity, set: 4, name: 'full sixteen byt' },
    ];
    expect(decodeAnswers(sample('answers'))).toEqual(answers);
    expect(decodeAnswers(sample('answers').subarray(48))).toEqual([answers[1]]);
    expect(decodeAnswers(Buffer.alloc(0))).toEqual([]);
  });

  it('decodes losses', () => {
    expect(decodeLosses(sample('losses'))).toEqual({ events: 5, children: 6 });
  });

  it('encodes a request', () => {
    const request = {
      kind: REQUESTS.watch,
      pid: 4711,
      resource: RESOURCE_NUMBERS.nofile,
      set: 3,
      files: 0x12_3456_789an,
    };
    expect(hex(encodeRequest(request))).toBe(hex(sample('request')));
  });

  it('decodes what a request has found of a descriptor table', () => {
    expect(decodeTable(sample('answered'))).toEqual({ files: 0x12_3456_789an, threads: 5, references: 6 });
  });

  it('encodes the configuration', () => {
    const weights = Uint16Array.from({ length: SYSCALLS }, (_, number) => number * 3);
    expect(hex(encodeConfig({ prlimit64: 302, missesIoUring: true, weights }))).toBe(hex(sample('config')));
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
  });
});
