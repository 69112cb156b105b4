/** All clients, with a name of two addresses: who is behind the first takes his time, and nobody is behind the second. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { seconds } from '../../support/where.js';

jest.unstable_mockModule('node:dns', () => ({
  lookup: (_name: string, _options: unknown, answer: (error: null, addresses: object[]) => void) => {
    answer(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]);
    void stall();
  },
}));
const nsca = await import('../../../src/nsca-client/index.js');
const nscaNg = await import('../../../src/nsca-ng-client/index.js');
const icinga2 = await import('../../../src/icinga2-client/index.js');
const { NrdpClient } = await import('../../../src/nrdp-client/index.js');

jest.setTimeout(seconds(5));

/** Milliseconds: more than Node.js gives an address by itself, which are 250. */
const SLOW = 300;

/** This process does not look for the answer that long, as if there were none yet, from when the connection is begun. */
async function stall(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW));
}

const NAME = 'mon1.example.org';
const RESULT = { host: 'gw01', service: 'fds', returnCode: 0, output: 'x' } as const;

/** Each says something, and rejects nothing. */
const CLIENTS: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  nsca: (port) => nsca.createClient({ server: NAME, port, encryption: 'none' }).send([RESULT]),
  'nsca-ng': (port) => {
    const key = nscaNg.Secret.fromText('secret', 'key');
    return nscaNg.createClient({ server: NAME, port, identity: 'gw01', key }).send([RESULT]);
  },
  icinga2: (port) => icinga2.createClient({ host: NAME, port }).about().catch(String),
  'nrdp by http': (port) => submit(`http://${NAME}:${port}/nrdp/`),
  'nrdp by https': (port) => submit(`https://${NAME}:${port}/nrdp/`),
};

const submit = (url: string) =>
  new NrdpClient({ url: new URL(url), token: () => 'token' }).submit([RESULT], new AbortController().signal);

let server: Server;
beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => void server.close());

it.each(Object.entries(CLIENTS))('%s waits for the first', async (kind, say) => {
  const heard = new Promise<string>((resolve) => {
    server.on('connection', (socket: Socket) => {
      socket.on('error', () => undefined);
      // There the server is the first to say something.
      if (kind === 'nsca') socket.write(Buffer.alloc(132));
      socket.once('data', () => {
        socket.destroy();
        resolve('heard');
      });
    });
  });
  const said = say((server.address() as AddressInfo).port);
  expect(await Promise.race([heard, said])).toBe('heard');
  await said;
});
