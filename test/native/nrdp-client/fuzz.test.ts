/** Whatever a server answers, it ends in an NrdpError or in taken results, in time and without growing. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { NrdpClient, NrdpError, type NrdpCheck } from '../../../src/nrdp-client/index.js';
import { collectGarbage } from '../../support/collect-garbage.js';
import { ANSWERS, forAnswers } from '../../support/mutated-answers.js';
import { seconds } from '../../support/where.js';
import { randomFrom, type Random } from '../../support/seeded.js';

jest.setTimeout(forAnswers(seconds(120)));

const CHECK: NrdpCheck = { host: 'gw01', service: 'fds', returnCode: 0, output: 'OK' };
const BODY = '{"result":{"status":0,"message":"OK","meta":{"output":"1 checks processed"}}}';
const HEAD = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n`;
const never = new AbortController().signal;

let server: Server;
let random: Random;
const sockets = new Set<Socket>();

beforeAll(async () => {
  random = randomFrom(1);
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      if (!bytes.toString('latin1').endsWith('%5D%7D')) return;
      socket.write(mutated());
      // An answer that is too short, or has no end, is the end of the connection.
      if (random.int(0, 9) > 0) socket.end();
      else socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

function mutated(): Buffer {
  const bytes = Buffer.from(`${HEAD}\r\n${BODY}`);
  switch (random.int(0, 4)) {
    case 0:
      return bytes.subarray(0, random.int(0, bytes.length));
    case 1:
      return Buffer.concat([bytes.subarray(0, random.int(0, bytes.length)), noise(random.int(0, 40)), bytes]);
    case 2: {
      // The length is right, and what it says is not.
      const body = Buffer.from(BODY);
      flip(body, 1 + random.int(0, 8));
      return Buffer.concat([Buffer.from(`${HEAD}\r\n`), body]);
    }
    case 3: {
      const body = random.pick([
        '',
        '[]',
        'null',
        '{"result":null}',
        '{"result":{}}',
        '{"result":{"status":[0]}}',
      ]);
      return Buffer.from(
        `HTTP/1.1 ${random.int(100, 599)} x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    }
    default:
      flip(bytes, 1 + random.int(0, 8));
      return bytes;
  }
}

const noise = (length: number) => Buffer.from(Array.from({ length }, () => random.int(0, 255)));

function flip(bytes: Buffer, count: number): void {
  for (; count > 0; count--) {
    const at = random.int(0, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
  }
}

function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

it(`holds for ${ANSWERS} of them`, async () => {
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/nrdp/`);
  const clients = Array.from(
    { length: 8 },
    () => new NrdpClient({ url, token: () => 'token', timeout: seconds(1) }),
  );
  const codes = new Map<string, number>();
  const ask = async (client: NrdpClient, count: number) => {
    for (; count > 0; count--) {
      const [error] = await client.submit([CHECK], never);
      if (error) expect(error).toBeInstanceOf(NrdpError);
      if (error) expect(error.message).not.toMatch(/\p{Cc}/u);
      const code = error?.code ?? 'taken';
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  };
  const round = () =>
    Promise.all(clients.map((client) => ask(client, Math.ceil(ANSWERS / 4 / clients.length))));
  await round();
  const heaps: number[] = [];
  for (let each = 0; each < 3; each++) {
    await round();
    heaps.push(heap());
  }
  const [first = 0, second = 0, third = 0] = heaps;
  // A request that leaves something behind would leave some KB.
  expect(Math.min(second - first, third - second) / (ANSWERS / 4)).toBeLessThan(500);
  expect([...codes.values()].reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(ANSWERS);
  for (const code of ['taken', 'unreachable', 'no-nrdp', 'refused'])
    expect(codes.get(code)).toBeGreaterThan(50);
});
