/** The least that a Node program does to send a result, at each line: connect, read the init packet, write a packet. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { INIT_SIZE, PACKET_SIZE } from '../lib/stamping-server.js';

const port = Number(process.argv[2]);
process.stdout.write('ready\n');
createInterface({ input: process.stdin }).on('line', () => {
  const socket = connect({ host: '127.0.0.1', port });
  let received = 0;
  socket.on('data', (data) => {
    received += data.length;
    if (received >= INIT_SIZE) socket.end(Buffer.alloc(PACKET_SIZE));
  });
});
