/**
 * The least that a Node program does to send a result, at each line: connect, read the init packet, write a packet.
 * With `connected` all packets go on the first connection.
 */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { INIT_SIZE, PACKET_SIZE } from '../lib/stamping-server.js';

const [port, mode] = process.argv.slice(2);
const packet = Buffer.alloc(PACKET_SIZE);
const socket = mode === 'connected' ? await connected() : undefined;
process.stdout.write('ready\n');
createInterface({ input: process.stdin }).on('line', () => {
  if (socket) socket.write(packet);
  else void connected().then((fresh) => fresh.end(packet));
});

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
