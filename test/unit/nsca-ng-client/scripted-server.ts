import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { bytesOf, Secret } from '../../../src/secrets/index.js';

export const IDENTITY = 'gw01';
export const KEY = Secret.fromText('a key of this test', 'key');

/** A server whose answers are those of the test, and what it was asked. */
export interface ScriptedServer {
  readonly server: string;
  readonly port: number;
  readonly identity: string;
  readonly key: Secret;
  /** How many connections were secured. */
  readonly accepted: number;
  /** What came, all connections together. */
  readonly received: string;
  close(): Promise<void>;
}

/** `behave` has a connection that is secured. */
export async function scriptedServer(
  behave: (socket: TLSSocket) => void,
  options: TlsOptions = {},
): Promise<ScriptedServer> {
  const connections = new Set<Socket>();
  let accepted = 0;
  let received = '';
  const server = createServer({
    ciphers: 'PSK-AES128-CBC-SHA',
    pskCallback: (_, identity) => (identity === IDENTITY ? (bytesOf(KEY) ?? null) : null),
    ...options,
  });
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('secureConnection', (socket) => {
    accepted++;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    behave(socket);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    identity: IDENTITY,
    key: KEY,
    get accepted() {
      return accepted;
    },
    get received() {
      return received;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of connections) socket.destroy();
      }),
  };
}

/**
 * Answers as nsca-ng does: `pushed` is asked for the answer to each command, by its number from 0 on; undefined is none.
 * What it does with the socket is done.
 */
export function speaking(
  pushed: (command: string, number: number, socket: TLSSocket) => string | undefined,
  { announced = () => 'OKAY' }: { announced?: (size: number) => string | undefined } = {},
): (socket: TLSSocket) => void {
  let number = 0;
  return (socket) => {
    let rest = '';
    let size: number | undefined;
    const say = (line: string | undefined) => {
      if (line !== undefined) socket.write(`${line}\r\n`);
    };
    socket.setEncoding('latin1').on('data', (text: string) => {
      rest += text;
      for (;;) {
        const length = size ?? rest.indexOf('\n') + 1;
        if (length === 0 || rest.length < length) return;
        const part = rest.slice(0, length);
        rest = rest.slice(length);
        if (size !== undefined) {
          size = undefined;
          say(pushed(part, number++, socket));
          continue;
        }
        const [word, argument] = part.trim().split(' ');
        if (word === 'MOIN') say('MOIN 1');
        if (word === 'PING') say('PONG 1');
        if (word === 'QUIT') socket.end('OKAY\r\n');
        if (word === 'PUSH') {
          const answer = announced(Number(argument));
          if (answer === 'OKAY') size = Number(argument);
          say(answer);
        }
      }
    });
  };
}
