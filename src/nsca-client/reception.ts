/** One connection of a receiver. */
import type { Socket } from 'node:net';
import type { PacketKey } from './encryption/cipher.js';
import { encodeInitPacket, freshInitPacket } from './init-packet.js';
import { PacketReader, type PacketFault, type ReadPacket } from './packet-reader.js';
import type { PacketSize, RawResult, RawTexts } from './packet.js';
import { faultOf, type NscaResult } from './result.js';

export interface ReceptionOptions {
  readonly key: PacketKey;
  /** In bytes. Default: either, as each packet comes. */
  readonly packetSize?: PacketSize | undefined;
  /** Seconds that a packet's timestamp may differ from the one this side sent. Default: 30. */
  readonly maxPacketAge: number;
  /** Milliseconds of silence after which a connection is closed. Default: 30000. */
  readonly idleTimeout: number;
}

/** The other end of a connection. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/**
 * Why something was refused:
 *
 * - `version`, `timestamp`, `checksum`: most likely a wrong password or method; the connection is closed.
 * - `truncated`: the connection ended within a packet.
 * - `idle`: it was silent for too long, within a packet or before the first.
 * - `invalid-result`: a sound packet with content that no server could use; the connection goes on.
 * - `busy`: more connections than `maxConnections`, or than the system allows.
 */
export type RefusalReason = PacketFault | 'truncated' | 'idle' | 'invalid-result' | 'busy';

export type ReceiverEvent =
  | {
      readonly type: 'result';
      readonly result: NscaResult;
      /** The result's texts as they came, which are not always UTF-8. */
      readonly texts: RawTexts;
      readonly packetSize: PacketSize;
      readonly peer: Peer;
    }
  | {
      readonly type: 'refusal';
      readonly reason: RefusalReason;
      readonly message: string;
      readonly peer: Peer;
    };

/** Speaks first, then takes packets until the client leaves or has to. */
export function receiveFrom(
  socket: Socket,
  { key, packetSize, maxPacketAge, idleTimeout }: ReceptionOptions,
  onEvent: (event: ReceiverEvent) => void,
): void {
  const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
  const init = freshInitPacket(Date.now());
  const reader = new PacketReader({
    cipher: key.decryptor(init.iv),
    sizes: packetSize === undefined ? [720, 4304] : [packetSize],
    timestamp: init.timestamp,
    maxPacketAge,
  });
  let taken = 0;
  let ended = false;
  const refuse = (reason: RefusalReason, message: string) => {
    onEvent({ type: 'refusal', reason, message, peer });
  };
  const end = (reason: RefusalReason, message: string) => {
    ended = true;
    // As nsca does: the client can tell by it that it was rejected.
    socket.destroy();
    refuse(reason, message);
  };
  const take = (packet: ReadPacket) => {
    if ('fault' in packet) {
      end(packet.fault, FAULTS[packet.fault]);
      return;
    }
    taken++;
    const result = resultOf(packet.content);
    const fault = faultOf(result);
    if (fault === undefined)
      onEvent({ type: 'result', result, texts: packet.texts, packetSize: packet.size, peer });
    else refuse('invalid-result', fault.message);
  };
  socket.on('data', (bytes) => {
    for (const packet of reader.read(bytes)) take(packet);
  });
  socket.setTimeout(idleTimeout, () => {
    if (taken === 0 || reader.pending > 0) end('idle', `Nothing came for ${idleTimeout} ms.`);
    else socket.destroy();
  });
  socket.on('close', () => {
    if (ended || reader.pending === 0) return;
    refuse('truncated', `The connection ended after ${reader.pending} bytes of a packet.`);
  });
  // A client that breaks off ends its own connection only; 'close' follows.
  socket.on('error', () => undefined);
  socket.write(encodeInitPacket(init));
}

const FAULTS: Record<PacketFault, string> = {
  version: 'Not a packet of version 3: the sender has most likely another password or encryption method.',
  timestamp:
    'The timestamp is not of this connection: an old packet, or another password or encryption method.',
  checksum: 'The checksum is wrong: the sender may have another password, encryption method or packet size.',
};

/** An empty service is how the protocol spells a host result. What else is not right, `faultOf` finds. */
const resultOf = ({ service, ...rest }: RawResult): NscaResult =>
  ({ ...rest, ...(service === '' ? {} : { service }) }) as NscaResult;
