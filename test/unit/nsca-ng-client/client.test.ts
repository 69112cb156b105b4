import { execFileSync, spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createClient,
  NscaNgError,
  Secret,
  type NscaNgClientOptions,
  type NscaNgResult,
  type SendOutcome,
} from '../../../src/nsca-ng-client/index.js';
import { IDENTITY, KEY, scriptedServer, speaking, type ScriptedServer } from './scripted-server.js';

const result = (output: string | number, rest: Partial<NscaNgResult> = {}): NscaNgResult => ({
  host: 'gw01',
  service: 'fds',
  returnCode: 0,
  output: String(output),
  ...rest,
});

/** `accepted`, or the status and the code of its error. */
const words = (outcomes: readonly SendOutcome[]): string[] =>
  outcomes.map((outcome) =>
    outcome.status === 'accepted' ? 'accepted' : `${outcome.status} ${outcome.error.code}`,
  );

const never = () => undefined;

let fake: ScriptedServer;
afterEach(() => fake.close());

const nscaNgClient = (options: Partial<NscaNgClientOptions> = {}) =>
  createClient({
    server: fake.server,
    port: fake.port,
    identity: IDENTITY,
    key: KEY,
    timeout: 5000,
    ...options,
  });

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s', (version) => {
  const start = async (...script: Parameters<typeof speaking>) => {
    fake = await scriptedServer(speaking(...script), { minVersion: version, maxVersion: version });
  };

  test('each result has its answer, on one connection, and one that is refused stops nothing', async () => {
    const commands: string[] = [];
    await start((command, number) => {
      commands.push(command.replace(/^\[\d+\]/, '[]'));
      return number === 1 ? "FAIL You're not authorized" : 'OKAY';
    });
    const client = nscaNgClient();
    const outcomes = await client.send([result('a'), result('b'), result('ä\nc:\\d', { returnCode: 2 })]);
    expect(words(outcomes)).toEqual(['accepted', 'refused refused', 'accepted']);
    expect(words(await client.send([result('e', { host: 'host alone' })]))).toEqual(['accepted']);
    expect(commands).toEqual([
      '[] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;0;a\n',
      '[] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;0;b\n',
      `[] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;2;${Buffer.from('ä').toString('latin1')}\\nc:\\\\d\n`,
      '[] PROCESS_SERVICE_CHECK_RESULT;host alone;fds;0;e\n',
    ]);
    expect(fake.accepted).toBe(1);
    await client.close();
    expect(fake.received).toMatch(/^MOIN 1 [\w+/]{8}\r\nPUSH \d+\r\n\[.*QUIT\r\n$/s);
  });

  test('another key is told, and nothing is sent', async () => {
    await start(() => 'OKAY');
    const [outcome] = await nscaNgClient({ key: Secret.fromText('another', 'key') }).send([result('a')]);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'wrong-key' } });
    expect(inspect(outcome)).not.toContain('another');
    expect(fake.received).toBe('');
  });

  test('an identity that is not known is told as far as the server tells it', async () => {
    await start(() => 'OKAY');
    const [outcome] = await nscaNgClient({ identity: 'stranger' }).send([result('a')]);
    if (outcome?.status !== 'failed') throw new Error('this was to fail');
    expect(outcome.error.code).toBe(version === 'TLSv1.2' ? 'unknown-identity' : 'handshake');
    expect(outcome.error.message).toContain('does not know the identity "stranger"');
  });

  test('a server with a certificate instead of the key gets nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nsca-ng-'));
    try {
      const [keyFile, certificate] = ['key', 'cert'].map((name) => join(folder, name)) as [string, string];
      const request = [
        'req',
        '-x509',
        '-newkey',
        'ed25519',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-days',
        '2',
      ];
      execFileSync('openssl', [...request, '-keyout', keyFile, '-out', certificate], { stdio: 'ignore' });
      fake = await scriptedServer(
        speaking(() => 'OKAY'),
        {
          minVersion: version,
          maxVersion: version,
          ciphers: 'DEFAULT@SECLEVEL=0',
          key: readFileSync(keyFile),
          cert: readFileSync(certificate),
          pskCallback: () => null,
        },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    const outcomes = await nscaNgClient().send([result('a')]);
    // With 1.2 there is no cipher with a certificate that this side would take.
    expect(words(outcomes)).toEqual([
      version === 'TLSv1.2' ? 'failed unknown-identity' : 'failed unproven-server',
    ]);
    expect(fake.received).toBe('');
  });
});

describe('a server that', () => {
  test('closes a connection that was kept, has the next result on another, at once', async () => {
    fake = await scriptedServer(
      speaking((_, number, socket) => {
        if (number === 1) socket.destroy();
        return number === 1 ? undefined : 'OKAY';
      }),
    );
    const client = nscaNgClient();
    expect(words(await client.send([result('a')]))).toEqual(['accepted']);
    expect(words(await client.send([result('b'), result('c')]))).toEqual(['accepted', 'accepted']);
    expect(fake.accepted).toBe(2);
    await client.close();
  });

  test('is tired of waiting says so while nobody asks, and has the next result on another connection', async () => {
    let last: { end: (text: string) => unknown } | undefined;
    fake = await scriptedServer(
      speaking((_, __, socket) => {
        last = socket;
        return 'OKAY';
      }),
    );
    const client = nscaNgClient();
    expect(words(await client.send([result('a')]))).toEqual(['accepted']);
    last?.end('BAIL Connection timed out\r\n');
    expect(words(await client.send([result('b')]))).toEqual(['accepted']);
    expect(fake.accepted).toBe(2);
    await client.close();
  });

  test('closes each connection without an answer is given up after the second', async () => {
    fake = await scriptedServer(
      speaking((_, __, socket) => {
        socket.end();
        return undefined;
      }),
    );
    expect(words(await nscaNgClient().send([result('a'), result('b')]))).toEqual([
      'failed closed',
      'failed closed',
    ]);
    expect(fake.accepted).toBe(2);
  });

  test('does not answer is left after the time for one answer', async () => {
    let asked = 0;
    const announced = () => (asked++ === 0 ? 'OKAY' : undefined);
    fake = await scriptedServer(speaking(() => 'OKAY', { announced }));
    const outcomes = await nscaNgClient({ timeout: 200 }).send([result('a'), result('b'), result('c')]);
    expect(words(outcomes)).toEqual(['accepted', 'failed timeout', 'failed timeout']);
  });

  test('has no room for a command is not given it, and takes the others', async () => {
    fake = await scriptedServer(
      speaking(() => 'OKAY', {
        announced: (size) => (size > 100 ? 'FAIL PUSH data size too large' : 'OKAY'),
      }),
    );
    const client = nscaNgClient();
    const outcomes = await client.send([result('a'), result('b'.repeat(100)), result('c')]);
    expect(words(outcomes)).toEqual(['accepted', 'refused refused', 'accepted']);
    expect(fake.received).not.toContain('bbb');
    await client.close();
  });

  test.each([
    'MOIN 2\r\n',
    'FAIL Expected protocol version\r\n',
    'HTTP/1.1 400 Bad Request\r\n',
    'x'.repeat(5000),
  ])('greets by %j is not nsca-ng', async (greeting) => {
    fake = await scriptedServer((socket) => {
      socket.write(greeting);
      socket.once('data', () => socket.write('OKAY\r\nOKAY\r\n'));
    });
    expect(words(await nscaNgClient({ timeout: 1000 }).send([result('a')]))).toEqual(['failed not-nsca-ng']);
  });

  test('does not secure the connection in time is left', async () => {
    fake = await scriptedServer(never);
    const silent = createServer(never).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(words(await nscaNgClient({ port, connectTimeout: 100 }).send([result('a')]))).toEqual([
      'failed timeout',
    ]);
    const plain = createServer((socket) => socket.end('nsca says this first')).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const other = (plain.address() as AddressInfo).port;
    expect(words(await nscaNgClient({ port: other }).send([result('a')]))).toEqual(['failed not-nsca-ng']);
    silent.close();
    plain.close();
  });
});

test('sending ends with its signal, and what is sent later has its answer', async () => {
  fake = await scriptedServer(speaking((_, number) => (number === 0 ? undefined : 'OKAY')));
  const client = nscaNgClient();
  const abort = new AbortController();
  const sending = client.send([result('a')], abort.signal);
  const later = client.send([result('b')]);
  while (!fake.received.includes(';a\n')) await new Promise(setImmediate);
  abort.abort();
  expect(words(await sending)).toEqual(['failed aborted']);
  expect(words(await later)).toEqual(['accepted']);
  await client.close();
});

test('a signal that ends later ends nothing, and gathers no listeners', async () => {
  fake = await scriptedServer(speaking(() => 'OKAY'));
  const client = nscaNgClient();
  const [first, second] = [new AbortController(), new AbortController()];
  const listeners = () => [first, second].map(({ signal }) => getEventListeners(signal, 'abort').length);
  for (let number = 0; number < 3; number++) await client.send([result(number)], first.signal);
  expect(listeners()).toEqual([1, 0]);
  expect(words(await client.send([result('a')], second.signal))).toEqual(['accepted']);
  expect(listeners()).toEqual([0, 1]);
  first.abort();
  second.abort();
  expect(words(await client.send([result('b')]))).toEqual(['accepted']);
  expect(words(await client.send([result('c')], second.signal))).toEqual(['failed aborted']);
  expect(words(await client.send([result('d')], new AbortController().signal))).toEqual(['accepted']);
  await client.close();
  expect(listeners()).toEqual([0, 0]);
  // It was aborted once while somebody asked, and that alone ended a connection.
  expect(fake.received.match(/MOIN/g)).toHaveLength(2);
});

test('a result that would break the command does not leave, and keeps no other', async () => {
  fake = await scriptedServer(speaking(() => 'OKAY'));
  const client = nscaNgClient();
  const outcomes = await client.send([
    result('a', { host: 'a;b' }),
    result('b', { service: 'a\nb' }),
    result('c', { host: '' }),
    result('d', { returnCode: 4 as 3 }),
    result('e', { host: 'h'.repeat(5000) }),
    result('f'),
  ]);
  expect(words(outcomes)).toEqual([...Array<string>(5).fill('refused invalid-result'), 'accepted']);
  await client.close();
});

test('a connection that is kept keeps no process alive, and asks for no time', async () => {
  fake = await scriptedServer(speaking(() => 'OKAY'));
  const client = new URL('../../../src/nsca-ng-client/index.js', import.meta.url).href;
  const script = `
    const { createClient, Secret } = await import(${JSON.stringify(client)});
    const key = Secret.fromText('a key of this test', 'key');
    const sender = createClient({ server: '127.0.0.1', port: ${fake.port}, identity: 'gw01', key });
    const [outcome] = await sender.send([{ host: 'a', returnCode: 0, output: '' }]);
    console.log(outcome.status, process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length);
  `;
  const sender = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.all([text(sender.stdout), once(sender, 'exit')]);
  // It ended, though the server keeps the connection.
  expect(said).toBe('accepted 0\n');
});

test('of ping, the server says what it is, and keeps no connection', async () => {
  fake = await scriptedServer(speaking(() => 'OKAY'));
  expect(await nscaNgClient().ping()).toMatch(/^TLSv1\.[23]$/);
  expect(fake.received).toBe('PING 1\r\n');
  await expect(nscaNgClient({ key: Secret.fromText('another', 'key') }).ping()).rejects.toBeInstanceOf(
    NscaNgError,
  );
});

test.each([
  ['no server', { server: '' }],
  ['no port', { port: 0 }],
  ['no identity', { identity: '' }],
  ['an identity that TLS does not take', { identity: 'i'.repeat(257) }],
  ['no time', { timeout: Number.NaN }],
  ['text for a key', { key: 'text' as unknown as Secret }],
  ['a key that TLS does not take', { key: Secret.fromText('k'.repeat(513), 'key') }],
])('%s is refused', async (_, options) => {
  fake = await scriptedServer(never);
  expect(() => nscaNgClient(options)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
});
