import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { keyOf, type Agreement } from './encryption/key.js';
import { NscaError, reasonOf } from './errors.js';
import { receiveFrom, type Peer, type ReceiverEvent, type ReceptionOptions } from './reception.js';

export interface ReceiverOptions extends Agreement, Partial<Omit<ReceptionOptions, 'key'>> {
  /** The address to listen on. Default: 127.0.0.1, so that nothing is opened to a network by accident. */
  readonly address?: string;
  /** 0 takes any free one. Default: 5667. */
  readonly port?: number;
  /** Connections at a time; what comes beyond is closed at once. Default: 256. */
  readonly maxConnections?: number;
}

export interface NscaReceiver {
  readonly address: string;
  readonly port: number;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/** When the connection had no time to say whose it is. */
const NOBODY: Peer = { address: '', port: 0 };

/**
 * Listens as an nsca daemon does, and tells what comes, one event for each result or refusal.
 *
 * @throws NscaError `unsupported-encryption`, `password`, or `listen` when the address or port cannot be had
 */
export async function receive(
  options: ReceiverOptions,
  onEvent: (event: ReceiverEvent) => void,
): Promise<NscaReceiver> {
  const { packetSize, maxPacketAge = 30, idleTimeout = 30_000 } = options;
  const reception = { key: keyOf(options), packetSize, maxPacketAge, idleTimeout };
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    receiveFrom(socket, reception, onEvent);
  });
  server.maxConnections = options.maxConnections ?? 256;
  server.on('drop', (drop) => {
    const peer = { address: drop?.remoteAddress ?? '', port: drop?.remotePort ?? 0 };
    onEvent({ type: 'refusal', reason: 'busy', message: 'Too many connections at a time.', peer });
  });
  const { address, port } = await listen(server, options.address ?? '127.0.0.1', options.port ?? 5667);
  server.on('error', (cause) => {
    onEvent({
      type: 'refusal',
      reason: 'busy',
      message: `Cannot accept a connection: ${cause.message}.`,
      peer: NOBODY,
    });
  });
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
    const onError = (cause: unknown) => {
      reject(
        new NscaError(
          'listen',
          `Cannot listen on ${host} port ${port} (${reasonOf(cause)}): is another nsca running there?`,
          { cause },
        ),
      );
    };
    server.once('error', onError);
    try {
      server.listen({ host, port }, () => {
        server.off('error', onError);
        resolve(server.address() as AddressInfo);
      });
    } catch (cause) {
      // Of a port that is none.
      onError(cause);
    }
  });
}
