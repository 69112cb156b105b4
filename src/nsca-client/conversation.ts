/**
 * One connection to a server: its init packet, all our packets, and its end.
 *
 * nsca never answers. What can be told from outside (seen with nsca 2.10.2):
 *
 * - A daemon that cannot make sense of a packet closes the connection, within some 15 ms with `--single`, within
 *   1 s with `--daemon`; one that can keeps it open for more. So silence for long enough means that it has the
 *   same password, method and packet size.
 * - When we close our side, a daemon reads to the end and then closes its own. So an orderly end means that it has
 *   read everything: it is there, and no network was down in between.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { aborted } from './bounded.js';
import { connect, type Target } from './connect.js';
import type { PacketCipher, PacketKey } from './encryption/cipher.js';
import { NscaError } from './errors.js';
import { notNsca, readInitPacket } from './greeting.js';
import { INIT_PACKET_SIZE, type InitPacket } from './init-packet.js';
import { encodePacket, type PacketSize } from './packet.js';
import type { NscaResult } from './result.js';
import { Wire } from './wire.js';

export interface ConversationOptions extends Target {
  readonly key: PacketKey;
  readonly packetSize: PacketSize;
  /** Milliseconds for the init packet, for the end, and without progress when writing. */
  readonly timeout: number;
  /** Milliseconds after the last packet in which a server that hangs up has rejected. */
  readonly rejectionWindow: number;
  /** Milliseconds after which nothing more goes on a connection, however many results follow each other. */
  readonly longest: number;
}

/** Results that go together. */
export interface Sending {
  readonly results: readonly NscaResult[];
  /** All of them are with the kernel, and the next may follow. */
  readonly onWritten: () => void;
}

/** Where the results of a connection come from. */
export interface Source {
  next(): Sending | undefined;
  hasNext(): boolean;
  /** The last connection went well: a server that hangs up now was rather stopped than given another password. */
  readonly isTrusted: boolean;
  onArrival(listener: (() => void) | undefined): void;
}

/** Milliseconds that a daemon may take for one packet: its ciphers take up to 3 ms, and there is Nagios's pipe. */
const READING = 20;

/**
 * Milliseconds of enciphering after which what is ready goes out. `nsca --daemon` hangs up when it has waited 10 s for a
 * packet (seen with nsca 2.10.2), and many results are more than 10 s of work for a slow board, or a busy one.
 */
const PIECE = 1000;

/**
 * Sends what there is and what comes until the server was left alone for as long as it may need to reject.
 *
 * @throws NscaError when the server rejected, went away, or hung; returns when it has read everything.
 */
export async function converse(
  source: Source,
  options: ConversationOptions,
  signal?: AbortSignal,
): Promise<void> {
  const socket = await connect(options, signal);
  try {
    const wire = new Wire(socket);
    const init = await readInitPacket(wire, options, signal);
    source.onArrival(() => {
      wire.changed();
    });
    const packets = await sendAll(source, wire, init, options, signal);
    await finish(wire, packets, options, signal);
  } finally {
    source.onArrival(undefined);
    // A connection left open can stop a daemon that waits for the rest of a packet.
    socket.destroy();
  }
}

/** Returns how many packets they were. */
async function sendAll(
  source: Source,
  wire: Wire,
  init: InitPacket,
  options: ConversationOptions,
  signal?: AbortSignal,
): Promise<number> {
  const now = () => performance.now();
  const tooOld = now() + options.longest;
  // From this time on the connection has been open for so long that a server which hangs up does not reject us.
  let proven = source.isTrusted ? 0 : Infinity;
  let packets = 0;
  const cipher = options.key.encryptor(init.iv);
  const mayGoOn = () => !wire.closed && now() < tooOld && source.hasNext();
  const next = () => (mayGoOn() ? source.next() : undefined);
  for (;;) {
    for (let sending = next(); sending; sending = next()) {
      const { results, onWritten } = sending;
      const pieces = encode(results, cipher, init, options, signal);
      if (await writeAll(pieces, wire, options, signal)) onWritten();
      packets += results.length;
      proven = Math.min(proven, now() + options.rejectionWindow);
      await letOthers(signal);
    }
    const end = Math.min(now() + options.rejectionWindow, Math.max(tooOld, proven));
    const happens = () => wire.closed || saysMore(wire) || mayGoOn();
    const isOver = !(await wire.until(happens, { ms: Math.max(0, end - now()), signal }));
    throwIfOver(wire, now() >= proven, options);
    if (isOver) return packets;
  }
}

/** Whole packets, as many as possible in one buffer for one write: a daemon may block on half a packet. */
async function* encode(
  results: readonly NscaResult[],
  cipher: PacketCipher,
  { timestamp }: InitPacket,
  { packetSize }: ConversationOptions,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const packets = Buffer.allocUnsafe(results.length * packetSize);
  let start = 0;
  let due = performance.now() + PIECE;
  for (const [index, result] of results.entries()) {
    const end = (index + 1) * packetSize;
    const packet = packets.subarray(index * packetSize, end);
    encodePacket(packet, result, timestamp);
    cipher.startPacket();
    cipher.apply(packet);
    if (end < packets.length) await letOthers(signal);
    if (end < packets.length && performance.now() < due) continue;
    yield packets.subarray(start, end);
    start = end;
    due = performance.now() + PIECE;
  }
}

/** Between two packets, since some ciphers take milliseconds for one. */
async function letOthers(signal: AbortSignal | undefined): Promise<void> {
  await yieldToOthers();
  if (signal?.aborted === true) throw aborted(signal);
}

/** Returns whether all of them are with the kernel. */
async function writeAll(
  pieces: AsyncIterable<Buffer>,
  wire: Wire,
  options: ConversationOptions,
  signal?: AbortSignal,
): Promise<boolean> {
  for await (const piece of pieces) {
    await write(piece, wire, options, signal);
    if (!wire.written) return false;
  }
  return true;
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

const saysMore = (wire: Wire) => wire.received.length > INIT_PACKET_SIZE;

/**
 * `proven`: the server has already kept a connection open for long enough, this one or the one before. So hanging up
 * now means that it went away, and not that it refuses our password.
 */
function throwIfOver(wire: Wire, proven: boolean, { server, port }: ConversationOptions): void {
  const where = `${server} port ${port}`;
  if (saysMore(wire)) throw notNsca(where);
  if (!wire.closed) return;
  throw proven
    ? gone(where)
    : new NscaError(
        'rejected',
        `${where} rejected the results: the password, the encryption method or the packet size is not the server's. Compare with password and decryption_method in its nsca.cfg; nsca up to 2.7 wants a packet size of 720.`,
      );
}

const gone = (where: string): NscaError =>
  new NscaError(
    'closed',
    `${where} went away before it had read everything: was the daemon stopped? Some of the results may have arrived.`,
  );

/** Closes our side, and waits for the server's. */
async function finish(
  wire: Wire,
  packets: number,
  { server, port, timeout }: ConversationOptions,
  signal?: AbortSignal,
): Promise<void> {
  const where = `${server} port ${port}`;
  wire.end();
  const ms = timeout + packets * READING;
  if (!(await wire.until(() => wire.closed, { ms, signal }))) {
    throw new NscaError(
      'timeout',
      `${where} did not read to the end within ${ms} ms: is the network down, or does the daemon hang, perhaps on Nagios's command pipe? Some of the results may have arrived.`,
    );
  }
  if (wire.broken) throw gone(where);
}
