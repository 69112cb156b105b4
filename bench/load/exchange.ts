/**
 * The least that a Node program does to send a result, at each byte of a FIFO: connect, read the init packet, write a
 * packet. With `connected` all packets go on the first connection.
 */
import { constants, openSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { INIT_SIZE, PACKET_SIZE } from '../lib/stamping-server.js';

const [fifo = '', port, mode] = process.argv.slice(2);
const packet = Buffer.alloc(PACKET_SIZE);
const socket = mode === 'connected' ? await connected() : undefined;
// For writing as well, so that it has no end.
const told = new Socket({ fd: openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
told.on('data', () => {
  if (socket) socket.write(packet);
  else void connected().then((fresh) => fresh.end(packet));
});
process.stdout.write('ready\n');

function connected(): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    let received = 0;
    socket.on('data', (data) => {
      received += data.length;
      if (received >= INIT_SIZE) resolve(socket);
    });
  });
}
