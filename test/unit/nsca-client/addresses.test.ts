/** A name with several addresses. The resolver is replaced: the loopback has no such name. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, jest, test } from '@jest/globals';

let addresses: string[] = [];
jest.unstable_mockModule('node:dns', () => ({
  lookup: (_: string, __: unknown, found: (error: null, entries: { address: string }[]) => void) => {
    setImmediate(
      found,
      null,
      addresses.map((address) => ({ address })),
    );
  },
}));
const { createClient } = await import('../../../src/nsca-client/index.js');
const { receiving } = await import('./receiving.js');
const { withSilentServer } = await import('./silent-server.js');

const RESULT = { host: 'web1', returnCode: 0, output: 'up' } as const;

test.each([
  [['::1', '127.0.0.1'], '127.0.0.1'],
  [['127.0.0.1', '::1'], '::1'],
  [['127.0.0.2', '127.0.0.3', '127.0.0.1'], '127.0.0.1'],
])('of %j the one that answers is used, %s', async (names, address) => {
  addresses = names;
  const receiver = await receiving({ address, encryption: 'none' });
  try {
    const client = createClient({
      server: 'name',
      port: receiver.port,
      encryption: 'none',
      rejectionWindow: 20,
    });
    expect(await client.send([RESULT])).toEqual([{ status: 'sent' }]);
    expect(await receiver.count(1)).toEqual([expect.objectContaining({ type: 'result' })]);
  } finally {
    await receiver.close();
  }
});

test('an address that is silent does not use up the time of the others', async () => {
  addresses = ['127.0.0.2', '127.0.0.1'];
  const receiver = await receiving({ encryption: 'none' });
  try {
    await withSilentServer('127.0.0.2', receiver.port, async (port) => {
      const client = createClient({
        server: 'name',
        port,
        encryption: 'none',
        connectTimeout: 2000,
        rejectionWindow: 20,
      });
      const start = performance.now();
      expect(await client.send([RESULT])).toEqual([{ status: 'sent' }]);
      expect(performance.now() - start).toBeLessThan(1900);
    });
  } finally {
    await receiver.close();
  }
});

test('when none answers, the error tells of each', async () => {
  addresses = ['::1', '127.0.0.1'];
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const outcomes = await createClient({ server: 'name', port, encryption: 'none' }).send([RESULT]);
  expect(outcomes).toEqual([
    {
      status: 'failed',
      error: expect.objectContaining({
        code: 'unreachable',
        message: expect.stringContaining('(::1: ECONNREFUSED, 127.0.0.1: ECONNREFUSED)'),
      }),
    },
  ]);
});
