import type { AddressInfo, DropArgument, Socket } from 'node:net';
import type { Server } from 'node:tls';
import { bytesOf } from '../secrets/index.js';
import { NscaNgError, reasonOf } from './errors.js';
import { checkCredentials, SERVER_OPTIONS, type Credentials } from './psk.js';
import { peerOf, Reception, type ReceiverEvent } from './reception.js';

export interface ReceiverOptions extends Credentials {
  /** The address to listen on. Default: 127.0.0.1, so that nothing is opened to a network by accident. */
  readonly address?: string;
  /** 0 takes any free one. Default: 5668. */
  readonly port?: number;
  /** Milliseconds of silence after which a connection is closed. Default: 60000. */
  readonly idleTimeout?: number;
  /** Connections at a time; what comes beyond is closed at once. Default: 256. */
  readonly maxConnections?: number;
}

export interface NscaNgReceiver {
  readonly address: string;
  readonly port: number;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/**
 * Listens as an nsca-ng server that knows one identity, and tells what comes, one event for each result or refusal.
 *
 * @throws NscaNgError `invalid-option`, or `listen` when the address or port cannot be had
 */
export async function receive(
  options: ReceiverOptions,
  onEvent: (event: ReceiverEvent) => void,
): Promise<NscaNgReceiver> {
  const { identity, key, idleTimeout = 60_000 } = options;
  checkCredentials({ identity, key });
  // Who only sends needs none.
  const { createServer } = await import('node:tls');
  const strangers = new WeakMap<Socket, string>();
  const server = createServer({
    ...SERVER_OPTIONS,
    handshakeTimeout: idleTimeout,
    pskCallback: (socket, who) => {
      if (who === identity) return bytesOf(key) ?? null;
      strangers.set(socket, who);
      return null;
    },
  });
  server.maxConnections = options.maxConnections ?? 256;
  const connections = connectionsOf(server);
  server.on('secureConnection', (socket) => {
    new Reception(socket, idleTimeout, onEvent);
  });
  const refuse = (
    reason: 'handshake' | 'busy',
    message: string,
    socket: Parameters<typeof peerOf>[0] = {},
  ) => {
    onEvent({ type: 'refusal', reason, message, peer: peerOf(socket) });
  };
  server.on('tlsClientError', (cause, socket) => {
    const stranger = strangers.get(socket);
    refuse(
      'handshake',
      stranger === undefined ? whyNot(cause) : `The identity ${JSON.stringify(stranger)} is not known.`,
      socket,
    );
  });
  server.on('drop', (drop?: DropArgument) => {
    refuse('busy', 'Too many connections at a time.', drop);
  });
  const { address, port } = await listen(server, options.address ?? '127.0.0.1', options.port ?? 5668);
  server.on('error', (cause: Error) => {
    refuse('busy', `Cannot accept a connection: ${cause.message}.`);
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

/** Those that are not secured yet, too. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  return connections;
}

function whyNot(cause: Error & { code?: string }): string {
  const reason = cause.code ?? cause.message;
  return /BINDER|BAD_RECORD_MAC|DECRYPTION_FAILED/.test(reason)
    ? 'Its key is another.'
    : `No connection that is secured by the key: ${reason}.`;
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const onError = (cause: unknown) => {
      reject(
        new NscaNgError(
          'listen',
          `Cannot listen on ${host} port ${port} (${reasonOf(cause)}): is another nsca-ng running there?`,
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
