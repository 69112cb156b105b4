/** Whatever comes over the wire, both sides give a typed error or a refusal, in time and without growing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { crc32 } from 'node:zlib';
import type { PacketKey } from '../../../src/nsca-client/encryption/cipher.js';
import { keyOf } from '../../../src/nsca-client/encryption/key.js';
import {
  createClient,
  NscaError,
  Password,
  receive,
  type ReceiverEvent,
} from '../../../src/nsca-client/index.js';
import { decodeInitPacket } from '../../../src/nsca-client/init-packet.js';
import { encodePacket } from '../../../src/nsca-client/packet.js';
import { receiveFrom } from '../../../src/nsca-client/reception.js';
import { fakeServer, initPacket } from '../../unit/nsca-client/fake-server.js';
import { collectGarbage } from '../../support/collect-garbage.js';
import { ANSWERS, forAnswers } from '../../support/mutated-answers.js';
import { seconds } from '../../support/where.js';
import { dice } from '../../support/seeded.js';

// Twenty seconds of work, on a machine that may have other work.
jest.setTimeout(forAnswers(seconds(60)));

const password = Password.fromText('a password of the test');
const RESULT = { host: 'web1', service: 'fd', returnCode: 1, output: 'WARNING' } as const;

/** Each bit at most once, for two flips are none. */
function flipBits(bytes: Buffer, roll: (below: number) => number): Buffer {
  const bits = new Set(Array.from({ length: 1 + roll(8) }, () => roll(8 * bytes.length)));
  if (bytes.length > 0) for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes;
}

const randomBytes = (length: number, roll: (below: number) => number): Buffer =>
  Buffer.from(Array.from({ length }, () => roll(256)));

/** Buffers are given back by a thread of V8's, some time after they were collected: the second time has to wait for it. */
async function memory(): Promise<{ heap: number; buffers: number }> {
  collectGarbage();
  await nextTurn();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, buffers: external };
}

/** Bytes of heap that a connection may keep: half of the least leak that is worth to be found. */
const MOST_HEAP = 512;
const MOST_BUFFERS = 32 * 1024 * 1024;
const PHASES = 4;

/**
 * Runs `work` so many times, some at once; after the first fifth of them, memory must not grow. A leak grows in
 * each of the four fifths that follow, what is only given back late does not: the least growth counts.
 */
async function repeat(times: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const workers = (until: number) =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < until) await work(next++);
      }),
    );
  const phase = times / (1 + PHASES);
  await workers(phase);
  const looks = [await memory()];
  for (let i = 1; i <= PHASES; i++) {
    await workers((1 + i) * phase);
    looks.push(await memory());
  }
  const growth = (of: 'heap' | 'buffers') =>
    looks.slice(1).map((after, i) => after[of] - (looks[i]?.[of] ?? 0));
  expect(Math.min(...growth('heap')) / phase).toBeLessThan(MOST_HEAP);
  expect(growth('buffers').reduce((sum, each) => sum + each, 0)).toBeLessThan(MOST_BUFFERS);
}

/** Milliseconds: many times what a connection takes, and waited for by one in ten. */
const TIMEOUT = 150;

test(`${ANSWERS} mutated init packets`, async () => {
  const roll = dice(1);
  const fake = await fakeServer((socket) => {
    let bytes = initPacket();
    for (let mutations = 1 + roll(2); mutations > 0; mutations--) {
      bytes = [
        () => flipBits(bytes, roll),
        () => bytes.subarray(0, roll(133)),
        () => Buffer.concat([bytes, randomBytes(1 + roll(300), roll)]),
        () => randomBytes(roll(200), roll),
        () => bytes,
      ][roll(5)]?.() as Buffer<ArrayBuffer>;
    }
    const cut = roll(bytes.length + 1);
    socket.write(bytes.subarray(0, cut));
    socket.write(bytes.subarray(cut));
    const end = roll(8);
    // Otherwise it stays open: reading, or silent.
    if (end < 3) socket.end();
    else if (end < 6) setImmediate(() => socket.resetAndDestroy());
    else if (end === 6) socket.resume();
    // Who never reads does not see the client leave either, and would have the socket, and what is in it, for ever.
    if (end !== 6) setTimeout(() => socket.destroy(), 3 * TIMEOUT);
  });
  const codes = new Map<string, number>();
  let longest = 0;
  try {
    const options = { ...fake, password, timeout: TIMEOUT, rejectionWindow: 2 };
    await repeat(ANSWERS, 25, async () => {
      // A client of its own, for a connection of its own.
      const client = createClient(options);
      const start = performance.now();
      const [outcome] = await client.send([RESULT]);
      longest = Math.max(longest, performance.now() - start);
      if (outcome === undefined) throw new Error('no outcome');
      const code = outcome.status === 'sent' ? 'sent' : outcome.error.code;
      if (outcome.status !== 'sent') expect(outcome.error).toBeInstanceOf(NscaError);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    });
  } finally {
    await fake.close();
  }
  // 'unreachable' is a reset that came before the connection was noticed, 'closed' one after it was kept for a
  // while, and 'timeout' a server that never reads.
  const expected = ['sent', 'rejected', 'no-init-packet', 'unreachable', 'closed', 'timeout'];
  expect([...codes.keys()].filter((code) => !expected.includes(code))).toEqual([]);
  for (const code of ['sent', 'rejected', 'no-init-packet', 'timeout'])
    expect(codes.get(code)).toBeGreaterThan(20);
  // The time allowed is 322 ms. This is for what hangs, and for 25 of them at once on any machine.
  expect(longest).toBeLessThan(60_000);
});

type Mutation = 'none' | 'content' | 'flips' | 'truncated' | 'longer' | 'random' | 'gap';
const MUTATIONS: Mutation[] = ['none', 'content', 'flips', 'truncated', 'longer', 'random', 'gap'];

/** One packet as it would be on the wire, after a mutation. */
function mutatedPacket(
  mutation: Mutation,
  init: Buffer,
  key: PacketKey,
  size: 720 | 4304,
  roll: (below: number) => number,
): Buffer {
  const { iv, timestamp } = decodeInitPacket(init);
  const packet = Buffer.alloc(size);
  encodePacket(packet, RESULT, timestamp);
  if (mutation === 'content') {
    flipBits(packet.subarray(12, 12 + roll(300)), roll);
    packet.writeUInt32BE(0, 4);
    packet.writeUInt32BE(crc32(packet), 4);
  }
  const cipher = key.encryptor(iv);
  cipher.startPacket();
  cipher.apply(packet);
  switch (mutation) {
    case 'none':
    case 'content':
      return packet;
    case 'flips':
      return flipBits(packet, roll);
    case 'truncated':
      return packet.subarray(0, 1 + roll(size - 1));
    case 'longer':
      return Buffer.concat([packet, randomBytes(1 + roll(100), roll)]);
    case 'random':
      return randomBytes(1 + roll(100), roll);
    case 'gap': {
      const start = roll(size);
      return Buffer.concat([packet.subarray(0, start), packet.subarray(start + 1 + roll(50))]);
    }
  }
}

/** What events a receiver must tell of a mutated packet. */
function check(mutation: Mutation, events: readonly ReceiverEvent[]): void {
  const told = events.map((event) => (event.type === 'result' ? 'result' : event.reason));
  const allowed: Record<Mutation, RegExp> = {
    none: /^result$/,
    content: /^(result|invalid-result)$/,
    flips: /^(version|timestamp|checksum|truncated)$/,
    truncated: /^truncated$/,
    longer: /^result,(version|timestamp|checksum|truncated)$/,
    random: /^(version|timestamp|checksum|truncated)$/,
    gap: /^(version|timestamp|checksum|truncated)?$/,
  };
  if (!allowed[mutation].test(told.join())) throw new Error(`${mutation} gave: ${told.join()}`);
}

/** The two ends of a connection without a kernel between: what is written is kept, what is pushed is read. */
class Line extends Duplex {
  written: Buffer = Buffer.alloc(0);
  override _read(): void {
    // Whoever has the other end pushes.
  }
  override _write(bytes: Buffer, _: BufferEncoding, done: () => void): void {
    this.written = bytes;
    done();
  }
  setTimeout(): this {
    return this;
  }
}

const KEYS = [0, 1, 14].map((encryption) => keyOf({ encryption, password }));

test('100,000 mutated data packets', async () => {
  const roll = dice(2);
  const counts = new Map<string, number>();
  await repeat(100_000, 1, async (index) => {
    const mutation = MUTATIONS[index % MUTATIONS.length] ?? 'none';
    const key = KEYS[roll(KEYS.length)] ?? keyOf({ encryption: 0 });
    const line = new Line({ allowHalfOpen: false });
    const events: ReceiverEvent[] = [];
    const socket = line as unknown as Socket;
    receiveFrom(socket, { key, packetSize: undefined, maxPacketAge: 30, idleTimeout: 1000 }, (event) =>
      events.push(event),
    );
    const bytes = mutatedPacket(mutation, line.written, key, roll(3) === 0 ? 4304 : 720, roll);
    const closed = once(line, 'close');
    const cut = roll(bytes.length + 1);
    line.push(bytes.subarray(0, cut));
    line.push(bytes.subarray(cut));
    line.push(null);
    await closed;
    check(mutation, events);
    for (const event of events) {
      const told = event.type === 'result' ? 'result' : event.reason;
      counts.set(told, (counts.get(told) ?? 0) + 1);
    }
  });
  for (const told of ['result', 'version', 'timestamp', 'checksum', 'truncated', 'invalid-result']) {
    expect(counts.get(told)).toBeGreaterThan(100);
  }
});

test('2,000 mutated data packets over the loopback', async () => {
  const roll = dice(3);
  let told = 0;
  const receiver = await receive({ port: 0, encryption: 14, password }, () => told++);
  const key = keyOf({ encryption: 14, password });
  let expectedEvents = 0;
  try {
    await repeat(2_000, 10, async (index) => {
      // A gap may end where a packet of 720 bytes would have been complete: nothing is told then.
      const mutation = MUTATIONS[index % (MUTATIONS.length - 1)] ?? 'none';
      const socket = connect(receiver.port, receiver.address).on('error', () => undefined);
      const closed = new Promise((resolve) => socket.on('close', resolve));
      const [init] = (await once(socket, 'data')) as [Buffer];
      socket.end(mutatedPacket(mutation, init, key, 4304, roll));
      expectedEvents += mutation === 'longer' ? 2 : 1;
      await closed;
    });
    // The last connections may end on the other side a turn later.
    while (told < expectedEvents) await nextTurn();
    expect(told).toBe(expectedEvents);
  } finally {
    await receiver.close();
  }
});
