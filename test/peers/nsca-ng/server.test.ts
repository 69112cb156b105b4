/** The client and Debian's nsca-ng server. */
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createClient,
  Secret,
  type NscaNgResult,
  type SendOutcome,
} from '../../../src/nsca-ng-client/index.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../../../rig/servers/nsca-ng-server.js';

const result = (output: string, service = 'fds'): NscaNgResult => ({
  host: 'gw01',
  service,
  returnCode: 1,
  output,
});

const words = (outcomes: readonly SendOutcome[]): string[] =>
  outcomes.map((outcome) =>
    outcome.status === 'accepted' ? 'accepted' : `${outcome.status} ${outcome.error.code}`,
  );

let server: NscaNgServer;
afterEach(() => server.stop());

const nscaNgClient = (options: { identity?: string; key?: string } = {}) =>
  createClient({
    server: '127.0.0.1',
    port: server.port,
    identity: options.identity ?? 'gw01',
    key: Secret.fromText(options.key ?? NSCA_NG_KEY, 'key'),
  });

const PREFIX = 'PROCESS_SERVICE_CHECK_RESULT;gw01;fds;1;';

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('nsca-ng over %s', (tls) => {
  const start = async (timeout?: number) => {
    server = await NscaNgServer.start({
      authorize: authorizing('gw01', 'fds', 'größe'),
      tls,
      ...(timeout !== undefined && { timeout }),
    });
  };

  test('has what was sent byte for byte, and a service that is not permitted holds back no other', async () => {
    await start();
    const client = nscaNgClient();
    expect(await client.ping()).toBe(tls);
    const outcomes = await client.send([
      result('W - a|x=1'),
      result('b', 'not permitted'),
      result('ä\nC:\\new; d\n'),
      result(`first |x=1\n${'lang ü'.repeat(2000)}`),
      { ...result('c', 'größe'), returnCode: 0 },
    ]);
    expect(words(outcomes)).toEqual(['accepted', 'refused refused', 'accepted', 'accepted', 'accepted']);
    const commands = await server.commands(4);
    expect(commands[0]).toBe(`${PREFIX}W - a|x=1`);
    expect(commands[1]).toBe(`${PREFIX}ä\\nC:\\\\new; d\\n`);
    // In one line of the pipe, and not in a file of the server's.
    expect(commands[2]).toMatch(/^PROCESS_SERVICE_CHECK_RESULT;gw01;fds;1;first \|x=1\\n[langü ]*…$/);
    expect(commands[3]).toBe('PROCESS_SERVICE_CHECK_RESULT;gw01;größe;0;c');
    await client.close();
    await server.end();
    expect(server.log.filter((line) => line.includes('TLS error'))).toEqual([]);
  });

  test('has 500 results on one connection, in order', async () => {
    await start();
    const client = nscaNgClient();
    // They fit into a pipe: what does not, the server puts into files.
    const outcomes = await client.send(Array.from({ length: 500 }, (_, number) => result(String(number))));
    expect(new Set(words(outcomes))).toEqual(new Set(['accepted']));
    expect(await server.commands(500)).toEqual(
      Array.from({ length: 500 }, (_, number) => `${PREFIX}${number}`),
    );
    expect(server.log.filter((line) => line.includes('C: MOIN'))).toHaveLength(1);
    await client.close();
  });

  test('tells of another key, and of an identity that it does not know', async () => {
    await start();
    expect(words(await nscaNgClient({ key: 'another' }).send([result('a')]))).toEqual(['failed wrong-key']);
    expect(words(await nscaNgClient({ identity: 'stranger' }).send([result('a')]))).toEqual([
      tls === 'TLSv1.2' ? 'failed unknown-identity' : 'failed handshake',
    ]);
    await expect(nscaNgClient({ key: 'another' }).ping()).rejects.toMatchObject({ code: 'wrong-key' });
  });

  test('hangs up after its time of silence, or is told to reload, and has the next result at once', async () => {
    await start(1);
    const client = nscaNgClient();
    expect(words(await client.send([result('a')]))).toEqual(['accepted']);
    await server.says('timed out');
    expect(words(await client.send([result('b')]))).toEqual(['accepted']);
    await server.commands(2);
    await server.reload();
    expect(words(await client.send([result('c')]))).toEqual(['accepted']);
    expect(await server.commands(3)).toEqual(['a', 'b', 'c'].map((output) => PREFIX + output));
    await client.close();
  });

  test('is stopped: what is sent then fails, and arrives when it is back', async () => {
    await start();
    const client = nscaNgClient();
    expect(words(await client.send([result('a')]))).toEqual(['accepted']);
    await server.commands(1);
    await server.end();
    expect(words(await client.send([result('b')]))).toEqual(['failed unreachable']);
    await server.begin();
    expect(words(await client.send([result('c')]))).toEqual(['accepted']);
    expect(await server.commands(2)).toEqual([`${PREFIX}a`, `${PREFIX}c`]);
    await client.close();
  });
});
