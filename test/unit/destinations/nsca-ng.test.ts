import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { examineDestination } from '../../../src/destinations/index.js';
import { deliverOver, nscaNg, serversOf } from '../../../src/destinations/nsca-ng.js';
import { NscaNgError, receive, Secret, type SendOutcome } from '../../../src/nsca-ng-client/index.js';
import { result } from '../delivery/fake-destination.js';

const never = new AbortController().signal;

describe('an NSCA-ng destination', () => {
  let folder: string;
  let keyFile: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nsca-ng-'));
    keyFile = join(folder, 'key');
    writeFileSync(keyFile, 'a key of this test\n', { mode: 0o600 });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const settings = (port: number) =>
    ({ type: 'nsca-ng', servers: ['127.0.0.1'], port, identity: 'gw01', keyFile }) as const;

  it('tells of each result what became of it', async () => {
    const error = (code: NscaNgError['code']) => new NscaNgError(code, `it is ${code}`);
    const outcomes: SendOutcome[] = [
      { status: 'accepted' },
      { status: 'refused', error: error('refused') },
      { status: 'refused', error: error('invalid-result') },
      { status: 'failed', error: error('wrong-key') },
      { status: 'failed', error: error('closed') },
    ];
    const close = () => Promise.resolve();
    const deliver = deliverOver({ send: () => Promise.resolve(outcomes), close });
    const results = outcomes.map((_, number) => result(number));
    expect(await deliver(results, never)).toEqual([
      { status: 'delivered' },
      { status: 'refused', by: 'server', reason: 'it is refused' },
      { status: 'refused', by: 'sender', reason: 'it is invalid-result' },
      { status: 'failed', failure: 'rejected', reason: 'it is wrong-key' },
      { status: 'failed', failure: 'unreachable', reason: 'it is closed' },
    ]);
  });

  it('sends what a plugin would print, and leaves in an orderly way', async () => {
    const seen: unknown[] = [];
    const receiver = await receive(
      { port: 0, identity: 'gw01', key: Secret.fromFile(keyFile, 'key') },
      (event) => seen.push(event.type === 'result' ? event.result : event.message),
    );
    try {
      const deliver = nscaNg.make(settings(receiver.port));
      const perfdata = [{ label: 'fds', value: 81, unit: '', min: 0 }];
      const late = result(1, { state: 'CRITICAL', text: 'x', perfdata, longOutput: ['one'], delay: 240_000 });
      expect(await deliver([late], never)).toEqual([{ status: 'delivered' }]);
      await deliver.close?.();
      const output = 'x (delayed 4m) |fds=81;;;0;\none';
      expect(seen).toEqual([{ host: 'gw01', service: 'broker fds', returnCode: 2, output }]);
    } finally {
      await receiver.close();
    }
  });

  it('is asked whether it has the key, and has nothing after it', async () => {
    const seen: unknown[] = [];
    const options = { port: 0, identity: 'gw01', key: Secret.fromFile(keyFile, 'key') };
    const receiver = await receive(options, (event) => seen.push(event));
    const examined = async () => (await examineDestination(settings(receiver.port), [])).answers;
    try {
      expect(await examined()).toEqual([
        { status: 'ok', text: expect.stringContaining('proves that it has the key of gw01, over TLSv1.3') },
      ]);
      expect(seen).toEqual([]);
    } finally {
      await receiver.close();
    }
    expect(await examined()).toEqual([
      { status: 'failed', text: expect.stringContaining('is nsca-ng running there') },
    ]);
    chmodSync(keyFile, 0o644);
    expect(await examined()).toEqual([
      {
        status: 'failed',
        text: `${keyFile} is open to others than its owner and group: run chmod o= ${keyFile}`,
      },
    ]);
    expect(() => nscaNg.make(settings(1))).toThrow('run chmod o=');
    chmodSync(keyFile, 0o600);
  });

  it('that takes connections and says nothing is told of with the step that it was at', async () => {
    const silent = createServer((socket) => socket.resume().on('error', () => undefined)).listen(
      0,
      '127.0.0.1',
    );
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      const [server] = serversOf(settings(port), 200);
      expect(await server.examine(never)).toEqual([
        {
          status: 'failed',
          text: `127.0.0.1 port ${port} took the connection, and did not secure it within 200 ms: is it nsca-ng?`,
        },
      ]);
    } finally {
      silent.close();
    }
  });

  it('of several servers has results at the next one when the first fails, and asks both', async () => {
    const seen: string[] = [];
    const options = { address: '127.0.0.2', port: 0, identity: 'gw01', key: Secret.fromFile(keyFile, 'key') };
    const second = await receive(options, (event) => seen.push(event.type));
    const both = { ...settings(second.port), servers: ['127.0.0.1', '127.0.0.2'] } as const;
    try {
      const deliver = nscaNg.make(both);
      const detour = expect.stringMatching(/^Cannot connect to 127\.0\.0\.1 port/);
      expect(await deliver([result(1), result(2)], never)).toEqual([
        { status: 'delivered', server: '127.0.0.2', detour },
        { status: 'delivered', server: '127.0.0.2', detour },
      ]);
      await deliver.close?.();
      expect(seen).toEqual(['result', 'result']);
      expect((await examineDestination(both, [])).answers).toEqual([
        {
          status: 'failed',
          text: expect.stringMatching(/^127\.0\.0\.1: Cannot connect to 127\.0\.0\.1 port/),
        },
        { status: 'ok', text: expect.stringMatching(/^127\.0\.0\.2: proves that it has the key of gw01/) },
      ]);
    } finally {
      await second.close();
    }
  });

  it('is written with four keys, and a port if it is another', () => {
    const schema = nscaNg.schema('/etc/agent');
    const written = { type: 'nsca-ng', server: 'mon1', identity: 'gw01', key_file: 'nsca-ng.key' };
    expect(schema.parse(written)).toEqual({
      type: 'nsca-ng',
      servers: ['mon1'],
      port: 5668,
      identity: 'gw01',
      keyFile: '/etc/agent/nsca-ng.key',
    });
    const parsed = (change: object) => schema.parse({ ...written, ...change });
    expect(nscaNg.nameOf(parsed({}))).toBe('nsca-ng gw01@mon1:5668');
    const several = parsed({ server: undefined, servers: ['mon1', '::1'] });
    expect(several.servers).toEqual(['mon1', '::1']);
    expect(nscaNg.nameOf(several)).toBe('nsca-ng gw01@mon1:5668, gw01@::1:5668');
    const problem = (change: object) =>
      schema
        .safeParse({ ...written, ...change })
        .error?.issues.map(({ path, message }) => [path[0], message]);
    expect(problem({ servers: ['mon2'] })).toEqual([[undefined, 'has server and servers; keep one of them']]);
    expect(problem({ identity: undefined })).toEqual([
      ['identity', 'is missing; write the identity of its authorize section, such as identity: gw01'],
    ]);
    expect(problem({ identity: 'ü'.repeat(129) })).toEqual([
      ['identity', 'is too long; TLS takes 256 bytes, shorten it on both sides'],
    ]);
    expect(problem({ key_file: '' })).toEqual([
      ['key_file', 'is empty; write the path of a file, such as key_file: nsca-ng.key'],
    ]);
  });

  it('does not carry names that leave no room for the output', () => {
    expect(nscaNg.refuses?.('service', 's'.repeat(1024))).toBeUndefined();
    expect(nscaNg.refuses?.('service', 's'.repeat(1025))).toBe(
      'is 1025 bytes long; NSCA-ng carries at most 1024, shorten it',
    );
  });
});
