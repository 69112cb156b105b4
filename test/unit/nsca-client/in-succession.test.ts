/** What is sent while a connection lasts: it goes on it, in order, and nothing overtakes. */
import { EventEmitter, once, setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient, NscaError, type NscaClientOptions } from '../../../src/nsca-client/index.js';
import { keyOf } from '../../../src/nsca-client/encryption/key.js';
import { Line } from '../../../src/nsca-client/line.js';
import { fakeServer, initPacket, type FakeServer } from './fake-server.js';
import { receiving, type Receiving } from './receiving.js';

const result = (number: number, service = 'fd') =>
  ({ host: 'web1', service, returnCode: 0, output: String(number) }) as const;

const nscaClient = (port: number, options: Partial<NscaClientOptions> = {}) =>
  createClient({
    server: '127.0.0.1',
    port,
    encryption: 'xor',
    timeout: 500,
    rejectionWindow: 50,
    ...options,
  });

describe('a server that reads', () => {
  let receiver: Receiving;

  beforeEach(async () => {
    receiver = await receiving({ encryption: 'xor' });
  });

  afterEach(() => receiver.close());

  const received = async (count: number) =>
    (await receiver.count(count)).map((event) => event.type === 'result' && event.result.output);
  const connections = () => new Set(receiver.events.map(({ peer }) => peer.port)).size;

  test('gets what is sent in one turn in one connection, in order', async () => {
    const client = nscaClient(receiver.port);
    const outcomes = await Promise.all([1, 2, 3].map((number) => client.send([result(number)])));
    expect(outcomes).toEqual([[{ status: 'sent' }], [{ status: 'sent' }], [{ status: 'sent' }]]);
    expect(await received(3)).toEqual(['1', '2', '3']);
    expect(connections()).toBe(1);
  });

  test('gets what is sent during the rejection window in the same connection, at once', async () => {
    const client = nscaClient(receiver.port, { rejectionWindow: 60_000 });
    const abort = new AbortController();
    setMaxListeners(0, abort.signal);
    const sends: Promise<unknown>[] = [];
    for (let number = 1; number <= 100; number++) {
      await new Promise<void>((written) => sends.push(client.send([result(number)], abort.signal, written)));
    }
    expect(await received(100)).toEqual(Array.from({ length: 100 }, (_, i) => String(i + 1)));
    expect(connections()).toBe(1);
    abort.abort();
    await Promise.all(sends);
  });

  test('gets the rest, in order, when one of the senders gives up', async () => {
    const client = nscaClient(receiver.port);
    const abort = new AbortController();
    const first = client.send([result(1)]);
    const second = client.send([result(2)], abort.signal);
    const third = client.send([result(3)]);
    abort.abort();
    expect(await second).toEqual([{ status: 'failed', error: expect.objectContaining({ code: 'aborted' }) }]);
    expect([await first, await third]).toEqual([[{ status: 'sent' }], [{ status: 'sent' }]]);
    expect(await received(2)).toEqual(['1', '3']);
  });

  test('gets what is sent after everybody gave up', async () => {
    const client = nscaClient(receiver.port);
    const abort = new AbortController();
    const given = client.send([result(1)], abort.signal);
    abort.abort();
    expect(await client.send([result(2)])).toEqual([{ status: 'sent' }]);
    expect(await received(1)).toEqual(['2']);
    await given;
  });

  test('gets results that never cease on one connection after the other, in order, and none late', async () => {
    const rejectionWindow = 500;
    const line = new Line({
      server: '127.0.0.1',
      port: receiver.port,
      packetSize: 4304,
      connectTimeout: 5000,
      timeout: 5000,
      rejectionWindow,
      longest: 600,
      key: keyOf({ encryption: 'xor' }),
    });
    const sends: Promise<unknown>[] = [];
    let longest = 0;
    for (let number = 1; connections() < 4; number++) {
      // As crossings come: not at once after one another.
      await new Promise((resolve) => setTimeout(resolve, 5));
      const start = performance.now();
      await new Promise<void>((written) => sends.push(line.send([result(number)], undefined, written)));
      longest = Math.max(longest, performance.now() - start);
    }
    await Promise.all(sends);
    expect(await received(sends.length)).toEqual(sends.map((_, index) => String(index + 1)));
    expect(longest).toBeLessThan(rejectionWindow * 0.8);
  });

  test('gets results of one service in order though each has a packet of 720 bytes', async () => {
    const client = nscaClient(receiver.port, { packetSize: 720 });
    const both = (number: number) => [result(number, 'a'), result(number, 'b')];
    await Promise.all([client.send([1, 2, 3].flatMap(both)), client.send([4, 5].flatMap(both))]);
    const events = await receiver.count(10);
    for (const service of ['a', 'b']) {
      const outputs = events.map(
        (event) => event.type === 'result' && event.result.service === service && event.result.output,
      );
      expect(outputs.filter((output) => output !== false)).toEqual(['1', '2', '3', '4', '5']);
    }
  });
});

describe('a server that', () => {
  let fake: FakeServer;

  afterEach(() => fake.close());

  const codeOf = async (client: ReturnType<typeof nscaClient>) => {
    const [outcome] = await client.send([result(1)]);
    if (outcome === undefined || outcome.status === 'sent') throw new Error('this was to fail');
    expect(outcome.error).toBeInstanceOf(NscaError);
    return `${outcome.status} ${outcome.error.code}`;
  };

  test('does not read to the end has not got it', async () => {
    fake = await fakeServer((socket) => {
      socket.pause().write(initPacket());
    });
    expect(await codeOf(nscaClient(fake.port))).toBe('failed timeout');
  });

  test('goes away long after the first result has not rejected it', async () => {
    fake = await fakeServer((socket) => {
      socket.write(initPacket());
      let first: number | undefined;
      socket.on('data', () => {
        first ??= performance.now();
        if (performance.now() - first > 200) socket.end();
      });
    });
    const client = nscaClient(fake.port);
    let code: string | undefined;
    const failed = codeOf(client).then((is) => (code = is));
    while (code === undefined) {
      const next = new Promise<void>((written) => void client.send([result(2)], undefined, written));
      await Promise.race([next, failed]);
    }
    expect(code).toBe('failed closed');
  });

  test('hangs up after it took results before was stopped rather than told another password, once', async () => {
    fake = await fakeServer((socket) => {
      socket.resume().write(initPacket());
      const isFirst = fake.accepted === 1;
      socket.once('data', () => {
        if (!isFirst) socket.end();
      });
    });
    const client = nscaClient(fake.port);
    expect(await client.send([result(1)])).toEqual([{ status: 'sent' }]);
    expect(await codeOf(client)).toBe('failed closed');
    expect(await codeOf(client)).toBe('rejected rejected');
  });

  test('resets the connection instead of ending it had something unread', async () => {
    fake = await fakeServer((socket) => {
      socket.resume().write(initPacket());
      socket.on('end', () => socket.resetAndDestroy());
    });
    expect(await codeOf(nscaClient(fake.port))).toBe('failed closed');
  });

  test('is still at work gets nothing on another connection', async () => {
    const ends = new EventEmitter();
    let isAtWork = true;
    fake = await fakeServer(
      (socket) => {
        socket.resume().write(initPacket());
        socket.on('end', () => {
          if (isAtWork) ends.emit('end', socket);
          else socket.end();
        });
      },
      { allowHalfOpen: true },
    );
    const client = nscaClient(fake.port, { timeout: 60_000 });
    const first = client.send([result(1)]);
    const [socket] = (await once(ends, 'end')) as [Socket];
    const second = client.send([result(2)]);
    await new Promise(setImmediate);
    // A server takes connections in the order in which they are made.
    const other = connect(fake.port, '127.0.0.1');
    await once(other, 'data');
    other.destroy();
    expect(fake.accepted).toBe(2);
    isAtWork = false;
    socket.end();
    expect([await first, await second]).toEqual([[{ status: 'sent' }], [{ status: 'sent' }]]);
    expect(fake.accepted).toBe(3);
  });
});
