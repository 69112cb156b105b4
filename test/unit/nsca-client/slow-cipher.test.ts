/** A board that needs longer for the cipher than a daemon waits for a packet. */
import { afterEach, expect, jest, test } from '@jest/globals';
import { converse, type Source } from '../../../src/nsca-client/conversation.js';
import type { PacketKey } from '../../../src/nsca-client/encryption/cipher.js';
import type { NscaResult } from '../../../src/nsca-client/index.js';
import { fakeServer, initPacket } from './fake-server.js';

const RESULT: NscaResult = { host: 'web1', service: 'fd', returnCode: 0, output: 'OK' };
const COUNT = 100;
const SIZE = 4304;

afterEach(() => {
  jest.restoreAllMocks();
});

test('what is enciphered goes out before all is', async () => {
  let arrived = 0;
  const server = await fakeServer((socket) => {
    socket.write(initPacket());
    socket.on('data', (bytes) => (arrived += bytes.length));
  });
  const clock = performance.now.bind(performance);
  let slowness = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => clock() + slowness);
  const arrivedAt: number[] = [];
  const key: PacketKey = {
    encryptor: () => ({
      startPacket: () => undefined,
      apply: () => {
        slowness += 300;
        arrivedAt.push(arrived);
      },
    }),
    decryptor: () => {
      throw new Error('nothing is read');
    },
  };
  const onWritten = jest.fn<() => void>();
  const sendings = [{ results: Array.from({ length: COUNT }, () => RESULT), onWritten }];
  const source: Source = {
    next: () => sendings.shift(),
    hasNext: () => sendings.length > 0,
    isTrusted: true,
    onArrival: () => undefined,
  };
  const bounds = { timeout: 5000, connectTimeout: 5000, rejectionWindow: 50, longest: 10_000 };
  try {
    await converse(source, { ...server, ...bounds, key, packetSize: SIZE });
  } finally {
    await server.close();
  }
  expect(arrivedAt[0]).toBe(0);
  expect(arrivedAt.at(-1)).toBeGreaterThan(0);
  expect(onWritten).toHaveBeenCalledTimes(1);
  expect(arrived).toBe(COUNT * SIZE);
});
