import { getEventListeners, once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createClient,
  NscaError,
  Password,
  type NscaClientOptions,
  type NscaResult,
  type SendOutcome,
} from '../../../src/nsca-client/index.js';
import { fakeServer, initPacket, type FakeServer } from './fake-server.js';
import { receiving } from './receiving.js';
import { withSilentServer } from './silent-server.js';

const password = Password.fromText('a password of the test');
const RESULT: NscaResult = { host: 'web1', service: 'fd', returnCode: 0, output: 'OK' };

let fake: FakeServer | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

const nscaClient = (options: Partial<NscaClientOptions>) =>
  createClient({
    server: '127.0.0.1',
    password,
    timeout: 200,
    connectTimeout: 500,
    rejectionWindow: 50,
    ...options,
  });

function errorOf(outcome: SendOutcome | undefined): NscaError {
  if (outcome === undefined || outcome.status === 'sent') throw new Error('this was to fail');
  expect(outcome.error).toBeInstanceOf(NscaError);
  return outcome.error;
}

describe('a server that does not serve', () => {
  test('nobody listens: unreachable, with address and reason', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const [outcome] = await nscaClient({ port }).send([RESULT]);
    expect(outcome?.status).toBe('failed');
    expect(errorOf(outcome).code).toBe('unreachable');
    expect(errorOf(outcome).message).toContain(`127.0.0.1 port ${port} (127.0.0.1: ECONNREFUSED)`);
  });

  test('connections are not answered: timeout', async () => {
    await withSilentServer('127.0.0.1', 0, async (port) => {
      const start = performance.now();
      const [outcome] = await nscaClient({ port, connectTimeout: 300 }).send([RESULT]);
      expect(errorOf(outcome).code).toBe('timeout');
      expect(errorOf(outcome).message).toContain('within 300 ms');
      expect(performance.now() - start).toBeLessThan(2000);
    });
  });

  test('a name that nobody has: name-resolution', async () => {
    const [outcome] = await nscaClient({ server: 'no-such-host.invalid', connectTimeout: 5000 }).send([
      RESULT,
    ]);
    expect(errorOf(outcome).code).toBe('name-resolution');
    expect(errorOf(outcome).message).toContain('no-such-host.invalid');
  });

  test.each([
    ['says nothing', () => undefined, 'sent no init packet within 200 ms'],
    ['hangs up at once', (socket) => socket.end(), 'closed the connection without an init packet'],
    [
      'speaks SSH',
      (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
      'sent 21 bytes instead of an init packet',
    ],
    ['hangs up within its init packet', (socket) => socket.end(Buffer.alloc(131)), 'sent 131 bytes instead'],
    [
      'says more than an init packet',
      (socket) => socket.write(Buffer.alloc(133)),
      'more than an nsca daemon does',
    ],
    [
      'answers what it gets',
      (socket) => {
        socket.write(initPacket());
        socket.once('data', () => socket.write('what?'));
      },
      'more than an nsca daemon does',
    ],
  ] satisfies [string, Parameters<typeof fakeServer>[0], string][])(
    'it %s: no-init-packet',
    async (_, behave, message) => {
      fake = await fakeServer(behave);
      const [outcome] = await nscaClient({ port: fake.port, rejectionWindow: 500 }).send([RESULT]);
      expect(outcome?.status).toBe('failed');
      expect(errorOf(outcome).code).toBe('no-init-packet');
      expect(errorOf(outcome).message).toContain(message);
    },
  );

  test('it stops reading: timeout, with a batch larger than the buffers between', async () => {
    fake = await fakeServer((socket) => {
      socket.pause();
      socket.write(initPacket());
    });
    const batch = Array.from({ length: 4000 }, () => RESULT);
    const outcomes = await nscaClient({ port: fake.port, encryption: 'none' }).send(batch);
    expect(outcomes).toHaveLength(4000);
    expect(errorOf(outcomes[0]).code).toBe('timeout');
    expect(errorOf(outcomes[0]).message).toContain('stopped reading for 200 ms');
  });
});

test('a server that says too much is told nothing', async () => {
  let ended: Promise<number> | undefined;
  fake = await fakeServer((socket) => {
    socket.write(Buffer.alloc(133));
    let bytes = 0;
    socket.on('data', (data) => (bytes += data.length));
    ended = new Promise((resolve) => {
      socket.on('close', () => {
        resolve(bytes);
      });
    });
  });
  const [outcome] = await nscaClient({ port: fake.port }).send([RESULT]);
  expect(errorOf(outcome).code).toBe('no-init-packet');
  expect(await ended).toBe(0);
});

describe('a server that reads', () => {
  test.each([
    ['ends the connection', (socket) => socket.end()],
    ['resets the connection', (socket) => socket.resetAndDestroy()],
  ] satisfies [string, Parameters<typeof fakeServer>[0]][])(
    'and then %s has rejected everything',
    async (_, hangUp) => {
      fake = await fakeServer((socket) => {
        socket.write(initPacket());
        socket.once('data', () => {
          hangUp(socket);
        });
      });
      const outcomes = await nscaClient({ port: fake.port, rejectionWindow: 5000 }).send([RESULT, RESULT]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(errorOf(outcomes[0]).code).toBe('rejected');
    },
  );

  test('gets all packets of a batch, and then the end of the connection', async () => {
    let bytes = 0;
    let ended: Promise<unknown> | undefined;
    fake = await fakeServer((socket) => {
      socket.write(initPacket());
      socket.on('data', (data) => (bytes += data.length));
      ended = once(socket, 'end');
    });
    const batch = Array.from({ length: 300 }, () => RESULT);
    expect(await nscaClient({ port: fake.port }).send(batch)).toEqual(batch.map(() => ({ status: 'sent' })));
    await ended;
    expect(bytes).toBe(300 * 4304);
    expect(fake.accepted).toBe(1);
  });

  test('slowly is waited for, as long as it goes on', async () => {
    let bytes = 0;
    fake = await fakeServer((socket) => {
      socket.write(initPacket());
      socket.on('data', (data) => {
        bytes += data.length;
        socket.pause();
        setTimeout(() => socket.resume(), 3);
      });
    });
    const batch = Array.from({ length: 2500 }, () => RESULT);
    const start = performance.now();
    const [outcome] = await nscaClient({ port: fake.port, encryption: 'none', timeout: 400 }).send(batch);
    expect(outcome).toEqual({ status: 'sent' });
    expect(performance.now() - start).toBeGreaterThan(400);
    expect(bytes).toBeGreaterThan(0);
  });
});

describe('packets of 720 bytes', () => {
  test('take a connection each', async () => {
    const receiver = await receiving({ password });
    try {
      const results = Array.from({ length: 20 }, (_, i): NscaResult => ({ ...RESULT, service: `fd ${i}` }));
      const client = nscaClient({ port: receiver.port, packetSize: 720 });
      expect(await client.send(results)).toEqual(results.map(() => ({ status: 'sent' })));
      const events = await receiver.count(20);
      const services = events.map(
        (event) => event.type === 'result' && event.packetSize === 720 && event.result.service,
      );
      expect(services.toSorted()).toEqual(results.map(({ service }) => service).toSorted());
      expect(new Set(events.map(({ peer }) => peer.port)).size).toBe(20);
    } finally {
      await receiver.close();
    }
  });

  test('stop after the first that is rejected', async () => {
    fake = await fakeServer((socket) => {
      socket.write(initPacket());
      socket.once('data', () => socket.end());
    });
    const outcomes = await nscaClient({ port: fake.port, packetSize: 720 }).send(
      Array.from({ length: 20 }, () => RESULT),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'rejected'));
    expect(fake.accepted).toBe(1);
  });
});

test('packets of a size that a server was compiled with are taken whole, and take a connection each', async () => {
  const receiver = await receiving({ password, packetSize: 8400 });
  try {
    const output = 'x'.repeat(8191);
    const results = ['a', 'b'].map((service): NscaResult => ({ ...RESULT, service, output }));
    const client = nscaClient({ port: receiver.port, packetSize: 8400 });
    expect(await client.send(results)).toEqual(results.map(() => ({ status: 'sent' })));
    const events = await receiver.count(2);
    expect(events.map((event) => event.type === 'result' && event.result.output)).toEqual([output, output]);
    expect(new Set(events.map(({ peer }) => peer.port)).size).toBe(2);
  } finally {
    await receiver.close();
  }
});

describe('results', () => {
  test.each([
    ['no host', { host: '' }, 'The host is empty'],
    ['an empty service', { service: '' }, 'leave it out for a host result'],
    ['a semicolon in the host', { host: 'a;b' }, '";"'],
    ['a tab in the service', { service: 'a\tb' }, String.raw`"\t"`],
    ['a newline in the host', { host: 'a\nb' }, String.raw`"\n"`],
    ['a C1 control character in the service', { service: 'a\u0085b' }, 'control characters'],
    ['a return code of 4', { returnCode: 4 }, 'The return code 4'],
    ['a return code of 1.5', { returnCode: 1.5 }, 'The return code 1.5'],
    ['a NUL in the output', { output: 'a\0b' }, 'NUL'],
    ['output that is no text', { output: 7 }, 'must be text'],
  ])('with %s are not sent, and the others are', async (_, fault, message) => {
    const receiver = await receiving({ password });
    try {
      const wrong = { ...RESULT, ...fault } as NscaResult;
      const outcomes = await nscaClient({ port: receiver.port }).send([wrong, RESULT]);
      expect(outcomes[1]).toEqual({ status: 'sent' });
      expect(outcomes[0]?.status).toBe('failed');
      expect(errorOf(outcomes[0]).code).toBe('invalid-result');
      expect(errorOf(outcomes[0]).message).toContain(message);
      const events = await receiver.count(1);
      expect(events).toEqual([expect.objectContaining({ type: 'result', result: RESULT })]);
    } finally {
      await receiver.close();
    }
  });

  test('that are none need no connection', async () => {
    fake = await fakeServer(() => undefined);
    const client = nscaClient({ port: fake.port });
    expect(await client.send([])).toEqual([]);
    expect((await client.send([{ ...RESULT, host: '' }]))[0]?.status).toBe('failed');
    expect(fake.accepted).toBe(0);
  });

  test('that are too long are cut between characters', async () => {
    const receiver = await receiving({ password });
    try {
      const long = (bytes: number) => `${'x'.repeat(bytes - 2)}€ and more`;
      const client = nscaClient({ port: receiver.port });
      await client.send([{ host: long(63), service: long(127), returnCode: 0, output: long(4095) }]);
      await nscaClient({ port: receiver.port, packetSize: 720 }).send([{ ...RESULT, output: long(511) }]);
      const results = (await receiver.count(2)).map((event) =>
        event.type === 'result' ? event.result : undefined,
      );
      expect(results[0]).toEqual({
        host: 'x'.repeat(61),
        service: 'x'.repeat(125),
        returnCode: 0,
        output: 'x'.repeat(4093),
      });
      expect(results[1]?.output).toBe('x'.repeat(509));
    } finally {
      await receiver.close();
    }
  });
});

describe('an AbortSignal', () => {
  test('that has aborted sends nothing', async () => {
    fake = await fakeServer(() => undefined);
    const outcomes = await nscaClient({ port: fake.port }).send([RESULT], AbortSignal.abort());
    expect(errorOf(outcomes[0]).code).toBe('aborted');
    expect(fake.accepted).toBe(0);
  });

  test.each([
    ['waiting for the init packet', () => undefined],
    ['listening for a rejection', (socket) => socket.write(initPacket())],
  ] satisfies [string, Parameters<typeof fakeServer>[0]][])(
    'ends %s, and the connection',
    async (_, behave) => {
      const abort = new AbortController();
      let ended: Promise<unknown> | undefined;
      fake = await fakeServer((socket) => {
        // Not once(): aborting may well reset the connection.
        ended = new Promise((resolve) => socket.resume().on('close', resolve));
        behave(socket);
        setImmediate(() => {
          abort.abort();
        });
      });
      const client = nscaClient({ port: fake.port, timeout: 60_000, rejectionWindow: 60_000 });
      const outcomes = await client.send([RESULT], abort.signal);
      expect(errorOf(outcomes[0]).code).toBe('aborted');
      await ended;
    },
  );

  test('that outlives many sends gathers no listeners', async () => {
    const { signal } = new AbortController();
    const receiver = await receiving({ password });
    try {
      for (let i = 0; i < 3; i++) await nscaClient({ port: receiver.port }).send([RESULT], signal);
    } finally {
      await receiver.close();
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('options', () => {
  test.each([
    [{ server: '' }, 'invalid-option'],
    [{ port: 0 }, 'invalid-option'],
    [{ port: 65536 }, 'invalid-option'],
    [{ packetSize: 512 }, 'invalid-option'],
    [{ packetSize: 722 }, 'invalid-option'],
    [{ packetSize: 65_540 }, 'invalid-option'],
    [{ timeout: 0 }, 'invalid-option'],
    [{ connectTimeout: Number.NaN }, 'invalid-option'],
    [{ rejectionWindow: 2 ** 31 }, 'invalid-option'],
    [{ encryption: 12 }, 'unsupported-encryption'],
  ])('%j is refused: %s', (options, code) => {
    expect(() => nscaClient(options as Partial<NscaClientOptions>)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('a method that needs a password says so when there is none', () => {
    expect(() => createClient({ server: '127.0.0.1' })).toThrow(
      'The encryption method rijndael-128 (14) needs a password',
    );
    expect(() => createClient({ server: '127.0.0.1', encryption: 'xor' })).not.toThrow();
  });
});
