import { once } from 'node:events';
import { createServer, type AddressInfo, type ServerOpts, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';

export interface FakeServer {
  readonly server: string;
  readonly port: number;
  /** How many connections there were. */
  readonly accepted: number;
  close(): Promise<void>;
}

/** A server on the loopback that behaves as the test says. */
export async function fakeServer(
  behave: (socket: Socket) => void,
  options: ServerOpts = {},
): Promise<FakeServer> {
  const connections = new Set<Socket>();
  let accepted = 0;
  const server = createServer(options, (socket) => {
    accepted++;
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => undefined);
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
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

/** 128 random bytes and a timestamp. */
export const initPacket = (): Buffer => {
  const packet = randomBytes(132);
  packet.writeUInt32BE(1_700_000_000, 128);
  return packet;
};
