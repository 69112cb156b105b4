import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { crc32 } from 'node:zlib';
import type { ReceiverOptions } from '../../../src/nsca-client/index.js';
import { decodeInitPacket, type InitPacket } from '../../../src/nsca-client/init-packet.js';
import { encodePacket } from '../../../src/nsca-client/packet.js';
import { receiving, type Receiving } from './receiving.js';

let receiver: Receiving;
let socket: Socket;
/** A receiver without encryption, a connection to it, and what it said. */
async function connected(options: ReceiverOptions = {}): Promise<InitPacket> {
  receiver = await receiving({ encryption: 'none', ...options });
  socket = connect(receiver.port, receiver.address).on('error', () => undefined);
  return readInit();
}

async function readInit(): Promise<InitPacket> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  expect(bytes).toHaveLength(132);
  return decodeInitPacket(bytes);
}

const RESULT = { host: 'web1', service: 'fd', returnCode: 1, output: 'WARNING' } as const;

function packetOf(timestamp: number, size = 4304): Buffer {
  const packet = Buffer.alloc(size);
  encodePacket(packet, RESULT, timestamp);
  return packet;
}

/** Changes a packet and mends its checksum, as a sender with the right password would. */
function changed(packet: Buffer, change: (packet: Buffer) => void): Buffer {
  change(packet);
  packet.writeUInt32BE(0, 4);
  packet.writeUInt32BE(crc32(packet), 4);
  return packet;
}

const refusal = (reason: string) => expect.objectContaining({ type: 'refusal', reason });
const result = (packetSize: number) =>
  expect.objectContaining({ type: 'result', result: RESULT, packetSize });

test('the checksum is CRC-32', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
});

describe('a receiver', () => {
  afterEach(async () => {
    socket.destroy();
    await receiver.close();
  });

  test('says a fresh IV and its time to each', async () => {
    const first = await connected();
    expect(Math.abs(first.timestamp - Date.now() / 1000)).toBeLessThan(5);
    socket.destroy();
    socket = connect(receiver.port, receiver.address);
    expect((await readInit()).iv.equals(first.iv)).toBe(false);
  });

  test('takes both sizes, in one connection and in any pieces', async () => {
    const { timestamp } = await connected();
    const bytes = Buffer.concat([
      packetOf(timestamp, 720),
      packetOf(timestamp),
      packetOf(timestamp),
      packetOf(timestamp, 720),
    ]);
    socket.setNoDelay();
    for (let at = 0; at < bytes.length; at += 997) socket.write(bytes.subarray(at, at + 997));
    expect(await receiver.count(4)).toEqual([result(720), result(4304), result(4304), result(720)]);
    expect(receiver.events[0]?.peer).toEqual({ address: '127.0.0.1', port: socket.localPort });
  });

  test.each([
    [720, 4304],
    [4304, 720],
  ] as const)('that takes %i bytes only refuses a packet of %i', async (packetSize, size) => {
    const { timestamp } = await connected({ packetSize });
    socket.end(packetOf(timestamp, size));
    expect(await receiver.count(1)).toEqual([refusal(size > packetSize ? 'checksum' : 'truncated')]);
  });

  test.each([
    ['version', (packet: Buffer) => packet.writeInt16BE(2, 0)],
    ['timestamp', (packet: Buffer) => packet.writeUInt32BE(packet.readUInt32BE(8) - 31, 8)],
    ['timestamp', (packet: Buffer) => packet.writeUInt32BE(packet.readUInt32BE(8) + 31, 8)],
  ])('refuses a wrong %s, and hangs up', async (reason, change) => {
    const { timestamp } = await connected();
    const closed = once(socket, 'close');
    socket.write(Buffer.concat([changed(packetOf(timestamp), change), packetOf(timestamp)]));
    await closed;
    expect(await receiver.count(1)).toEqual([refusal(reason)]);
  });

  test('takes a timestamp within its allowance', async () => {
    const { timestamp } = await connected({ maxPacketAge: 100 });
    socket.write(
      Buffer.concat([packetOf(timestamp - 100), packetOf(timestamp + 100), packetOf(timestamp - 101)]),
    );
    expect(await receiver.count(3)).toEqual([result(4304), result(4304), refusal('timestamp')]);
  });

  test.each([2, 5, 13, 14, 700, 4303])('refuses a packet with byte %i changed, and hangs up', async (at) => {
    const { timestamp } = await connected();
    const packet = packetOf(timestamp);
    packet[at] = (packet[at] ?? 0) ^ 1;
    const closed = once(socket, 'close');
    socket.write(packet);
    await closed;
    expect(await receiver.count(1)).toEqual([refusal('checksum')]);
  });

  test.each([
    ['a return code of 4', (packet: Buffer) => packet.writeInt16BE(4, 12)],
    ['no host', (packet: Buffer) => packet.writeUInt8(0, 14)],
    ['a semicolon in the service', (packet: Buffer) => packet.write(';', 78)],
  ])('refuses %s, and takes what follows', async (_, change) => {
    const { timestamp } = await connected();
    socket.write(Buffer.concat([changed(packetOf(timestamp), change), packetOf(timestamp)]));
    expect(await receiver.count(2)).toEqual([refusal('invalid-result'), result(4304)]);
  });

  test('reads a field without its end', async () => {
    const { timestamp } = await connected();
    socket.write(changed(packetOf(timestamp), (packet) => packet.fill('h', 14, 78)));
    const [event] = await receiver.count(1);
    expect(event).toMatchObject({ type: 'result', result: { host: 'h'.repeat(63) } });
  });

  test.each([
    ['ends', (it: Socket) => it.end()],
    ['is reset', (it: Socket) => it.resetAndDestroy()],
  ])('tells of a connection that %s within a packet', async (_, hangUp) => {
    const { timestamp } = await connected();
    socket.write(packetOf(timestamp).subarray(0, 1000), () => hangUp(socket));
    expect(await receiver.count(1)).toEqual([refusal('truncated')]);
  });

  test.each([0, 1000])('tells of a connection that is silent after %i bytes, and ends it', async (bytes) => {
    const { timestamp } = await connected({ idleTimeout: 50 });
    const closed = once(socket, 'close');
    socket.write(packetOf(timestamp).subarray(0, bytes));
    await closed;
    await receiver.close();
    // What the end of a connection sets off has then been told as well.
    await new Promise(setImmediate);
    expect(receiver.events).toEqual([refusal('idle')]);
  });

  test('ends a connection that is silent after its packets, and does not mind', async () => {
    const { timestamp } = await connected({ idleTimeout: 50 });
    socket.write(packetOf(timestamp));
    await once(socket, 'close');
    expect(receiver.events).toEqual([result(4304)]);
  });

  test('has room for so many connections', async () => {
    await connected({ maxConnections: 1 });
    const second = connect(receiver.port, receiver.address).on('error', () => undefined);
    await once(second, 'close');
    expect(await receiver.count(1)).toEqual([refusal('busy')]);
  });

  test('closes its connections and its port', async () => {
    await connected();
    const closed = once(socket, 'close');
    await receiver.close();
    await closed;
    const late = connect(receiver.port, receiver.address);
    await expect(once(late, 'connect')).rejects.toThrow('ECONNREFUSED');
  });

  test('says what is in the way of listening', async () => {
    await connected();
    await expect(receiving({ encryption: 'none', port: receiver.port })).rejects.toMatchObject({
      code: 'listen',
      message: expect.stringContaining(`127.0.0.1 port ${receiver.port}`),
    });
    await expect(receiving({ encryption: 'none', port: 65536 })).rejects.toMatchObject({ code: 'listen' });
  });
});
