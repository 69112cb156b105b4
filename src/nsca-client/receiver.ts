import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { keyOf, type Agreement } from './encryption/key.js';
import type { PacketKey } from './encryption/cipher.js';
import { NscaError, reasonOf } from './errors.js';
import { encodeInitPacket, freshInitPacket } from './init-packet.js';
import type { PacketSize, RawResult } from './packet.js';
import { PacketReader, type PacketFault, type ReadPacket } from './packet-reader.js';
import { faultOf, type NscaResult } from './result.js';

export interface ReceiverOptions extends Agreement {
  /** The address to listen on. Default: 127.0.0.1, so that nothing is opened to a network by accident. */
  readonly address?: string;
  /** 0 takes any free one. Default: 5667. */
  readonly port?: number;
  /** In bytes. Default: either, as each packet comes. */
  readonly packetSize?: PacketSize;
  /** Seconds that a packet's timestamp may differ from the one this side sent. Default: 30. */
  readonly maxPacketAge?: number;
  /** Milliseconds of silence after which a connection is closed. Default: 30000. */
  readonly idleTimeout?: number;
  /** Connections at a time; what comes beyond is closed at once. Default: 256. */
  readonly maxConnections?: number;
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
 * - `truncated`: the connection ended within a packet. `idle`: it was silent for too long.
 * - `invalid-result`: a sound packet with content that no server could use; the connection goes on.
 * - `busy`: more than `maxConnections`.
 */
export type RefusalReason = PacketFault | 'truncated' | 'idle' | 'invalid-result' | 'busy';

export type ReceiverEvent =
  | {
      readonly type: 'result';
      readonly result: NscaResult;
      readonly packetSize: PacketSize;
      readonly peer: Peer;
    }
  | {
      readonly type: 'refusal';
      readonly reason: RefusalReason;
      readonly message: string;
      readonly peer: Peer;
    };

export interface NscaReceiver {
  readonly address: string;
  readonly port: number;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/**
 * Listens as an nsca daemon does, and tells what comes, one event for each result or refusal.
 *
 * @throws NscaError `unsupported-encryption`, `password`, or `listen` when the address or port cannot be had
 */
export async function receive(
  options: ReceiverOptions,
  onEvent: (event: ReceiverEvent) => void,
): Promise<NscaReceiver> {
  const key = keyOf(options);
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    serve(socket, key, options, onEvent);
  });
  server.maxConnections = options.maxConnections ?? 256;
  server.on('drop', (drop) => {
    const peer = { address: drop?.remoteAddress ?? '', port: drop?.remotePort ?? 0 };
    onEvent({ type: 'refusal', reason: 'busy', message: 'Too many connections at a time.', peer });
  });
  const { address, port } = await listen(server, options.address ?? '127.0.0.1', options.port ?? 5667);
  return {
    address,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of connections) socket.destroy();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new NscaError(
          'listen',
          `Cannot listen on ${host} port ${port} (${reasonOf(cause)}): is another nsca running there?`,
          { cause },
        ),
      );
    });
    server.listen({ host, port }, () => {
      resolve(server.address() as AddressInfo);
    });
  });
}

function serve(
  socket: Socket,
  key: PacketKey,
  { packetSize, maxPacketAge = 30, idleTimeout = 30_000 }: ReceiverOptions,
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
  const refuse = (reason: RefusalReason, message: string) => {
    onEvent({ type: 'refusal', reason, message, peer });
  };
  const take = (packet: ReadPacket) => {
    if ('fault' in packet) {
      refuse(packet.fault, FAULTS[packet.fault]);
      // As nsca does: the client can tell by it that it was rejected.
      socket.destroy();
      return;
    }
    const result = resultOf(packet.content);
    const fault = faultOf(result);
    if (fault !== undefined) refuse('invalid-result', fault.message);
    else onEvent({ type: 'result', result, packetSize: packet.size, peer });
  };
  socket.on('data', (bytes) => {
    for (const packet of reader.read(bytes)) take(packet);
  });
  socket.on('end', () => {
    if (reader.pending > 0)
      refuse('truncated', `The connection ended after ${reader.pending} bytes of a packet.`);
  });
  socket.setTimeout(idleTimeout, () => {
    refuse('idle', `Nothing came for ${idleTimeout} ms.`);
    socket.destroy();
  });
  // A client that breaks off ends its own connection only.
  socket.on('error', () => socket.destroy());
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
