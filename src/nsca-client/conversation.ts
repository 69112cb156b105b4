/**
 * One connection to a server: its init packet, all our packets, and a while in which it may hang up.
 *
 * nsca never answers. But a daemon that cannot make sense of a packet closes the connection, and one that can
 * keeps it open for more (seen with nsca 2.10.2: a rejection comes within some 15 ms with `--single`, within
 * 1 s with `--daemon`, whose loop sleeps that long). So silence for long enough is the best there is.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { aborted } from './bounded.js';
import { connect, type Target } from './connect.js';
import type { PacketKey } from './encryption/cipher.js';
import { NscaError } from './errors.js';
import { decodeInitPacket, INIT_PACKET_SIZE, type InitPacket } from './init-packet.js';
import { encodePacket, type PacketSize } from './packet.js';
import type { NscaResult } from './result.js';
import { Wire } from './wire.js';

export interface ConversationOptions extends Target {
  readonly key: PacketKey;
  readonly packetSize: PacketSize;
  /** Milliseconds for the init packet, and without progress when writing. */
  readonly timeout: number;
  /** Milliseconds after the last packet in which a server that hangs up has rejected. */
  readonly rejectionWindow: number;
}

/** @throws NscaError when the results were rejected or could not be sent; returns when the server kept listening. */
export async function converse(
  results: readonly NscaResult[],
  options: ConversationOptions,
  signal?: AbortSignal,
): Promise<void> {
  const socket = await connect(options, signal);
  try {
    const wire = new Wire(socket);
    const init = await readInitPacket(wire, options, signal);
    const packets = await encode(results, init, options, signal);
    await write(packets, wire, options, signal);
    await watchForRejection(wire, options, signal);
  } finally {
    // A connection left open can stop a daemon that waits for the rest of a packet.
    socket.destroy();
  }
}

async function readInitPacket(
  wire: Wire,
  { server, port, timeout }: ConversationOptions,
  signal?: AbortSignal,
): Promise<InitPacket> {
  const complete = () => wire.received.length >= INIT_PACKET_SIZE;
  await wire.until(() => complete() || wire.closed, { ms: timeout, signal });
  const where = `${server} port ${port}`;
  if (complete()) {
    if (wire.received.length > INIT_PACKET_SIZE) throw notNsca(where);
    return decodeInitPacket(wire.received);
  }
  const size = wire.received.length;
  if (size > 0) {
    throw new NscaError(
      'no-init-packet',
      `${where} sent ${size} bytes instead of an init packet of ${INIT_PACKET_SIZE}: is it an nsca daemon?`,
    );
  }
  throw wire.closed
    ? new NscaError(
        'no-init-packet',
        `${where} closed the connection without an init packet: see the daemon's log in syslog; it may not be able to open its decryption_method, or not allow this machine (hosts.allow, inetd).`,
      )
    : new NscaError(
        'no-init-packet',
        `${where} sent no init packet within ${timeout} ms: the daemon may be busy with another client, or have lost this connection after rejecting another one. Try again in a minute.`,
      );
}

const notNsca = (where: string): NscaError =>
  new NscaError('no-init-packet', `${where} says more than an nsca daemon does: is it one?`);

/** All packets in one buffer, for one write: a daemon may block on half a packet. */
async function encode(
  results: readonly NscaResult[],
  { iv, timestamp }: InitPacket,
  { key, packetSize }: ConversationOptions,
  signal?: AbortSignal,
): Promise<Buffer> {
  const packets = Buffer.allocUnsafe(results.length * packetSize);
  const cipher = key.encryptor(iv);
  for (const [index, result] of results.entries()) {
    const packet = packets.subarray(index * packetSize, (index + 1) * packetSize);
    encodePacket(packet, result, timestamp);
    cipher.startPacket();
    cipher.apply(packet);
    // Some ciphers take milliseconds for a packet.
    await yieldToOthers();
    if (signal?.aborted === true) throw aborted(signal);
  }
  return packets;
}

async function write(
  packets: Buffer,
  wire: Wire,
  { server, port, timeout }: ConversationOptions,
  signal?: AbortSignal,
): Promise<void> {
  wire.write(packets, timeout);
  await wire.until(() => wire.written || wire.closed || wire.stalled, { signal });
  if (wire.stalled) {
    throw new NscaError(
      'timeout',
      `${server} port ${port} stopped reading for ${timeout} ms: the daemon hangs, or another client blocks it with half a packet. Some of the results may have arrived.`,
    );
  }
}

async function watchForRejection(
  wire: Wire,
  { server, port, rejectionWindow }: ConversationOptions,
  signal?: AbortSignal,
): Promise<void> {
  const where = `${server} port ${port}`;
  const talks = () => wire.received.length > INIT_PACKET_SIZE;
  await wire.until(() => wire.closed || talks(), { ms: rejectionWindow, signal });
  if (talks()) throw notNsca(where);
  if (wire.closed) {
    throw new NscaError(
      'rejected',
      `${where} rejected the results: the password, the encryption method or the packet size is not the server's. Compare with password and decryption_method in its nsca.cfg, and use packets of 720 bytes for nsca up to 2.7.`,
    );
  }
}
