import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import {
  createClient,
  type CheckResult,
  type Icinga2ClientOptions,
  type Icinga2Error,
} from '../../../src/icinga2-client/index.js';
import { portHint } from '../../../src/icinga2-client/target.js';
import { pem, type IssueOptions } from '../../../rig/servers/authority.js';
import { seconds } from '../../support/where.js';
import { Certificates, ScriptedServer } from './scripted-server.js';

jest.setTimeout(seconds(20));

const result: CheckResult = {
  host: 'gw01',
  service: 'fds',
  exitStatus: 0,
  output: 'OK',
  perfdata: [],
  checkSource: 'gw01',
};

let certificates: Certificates;

beforeAll(() => {
  certificates = new Certificates();
});
afterAll(() => {
  certificates.remove();
});

describe('a server whose certificate', () => {
  let server: ScriptedServer;
  afterEach(() => server.stop());

  const problemOf = async (issue: IssueOptions, options: Partial<Icinga2ClientOptions> = {}) => {
    server = await ScriptedServer.start(pem(certificates.authority.issue('mon1', issue)));
    const ca = readFileSync(certificates.authority.ca, 'utf8');
    const client = server.client({ serverName: 'mon1', ca, ...options });
    const error = await client.submit(result).then(
      () => undefined,
      (cause: unknown) => cause as Icinga2Error,
    );
    expect(server.asked).toEqual([]);
    return error && { code: error.code, message: error.message.replaceAll(String(server.port), 'N') };
  };

  it('has expired', async () => {
    const problem = await problemOf({ from: '20200101000000Z', to: '20200201000000Z' });
    expect(problem).toMatchObject({ code: 'certificate' });
    expect(problem?.message).toMatch(
      /^The certificate of 127\.0\.0\.1 port N has expired, or its authority's has, and this machine's clock says 20\d\d-\d\d-\d\dT\d\d:\d\dZ: renew it\.$/,
    );
  });

  it('is not valid yet, as each is to a clock of 1970', async () => {
    const problem = await problemOf({ from: '20480101000000Z', to: '20490101000000Z' });
    expect(problem).toMatchObject({ code: 'clock' });
    expect(problem?.message).toMatch(/is not valid yet, and this machine's clock says .*Z: set the clock\.$/);
  });

  it('is of another authority', async () => {
    const ca = readFileSync(certificates.other.ca, 'utf8');
    expect(await problemOf({}, { ca })).toEqual({
      code: 'certificate',
      message: expect.stringMatching(
        /^The certificate of 127\.0\.0\.1 port N is not made by an authority that is known here \([A-Z_]+\): give the ca\.crt of that Icinga 2 \(ca_file\)\. Icinga's own port is 5665\.$/,
      ),
    });
  });

  it('is of an authority that Node.js does not know', async () => {
    expect(await problemOf({}, { ca: undefined })).toMatchObject({ code: 'certificate' });
  });

  it('is for another name', async () => {
    expect(await problemOf({}, { serverName: 'mon2' })).toEqual({
      code: 'certificate',
      message:
        "The certificate of 127.0.0.1 port N is not for mon2: it names mon1; connect by that name, or give it as the server's name (server_name). Icinga's own port is 5665.",
    });
  });

  it('is for a name, and is reached by its address', async () => {
    const problem = await problemOf({}, { serverName: undefined });
    expect(problem?.message).toMatch(/ is not for 127\.0\.0\.1: it names mon1; /);
  });

  it('is for its address needs no name', async () => {
    server = await ScriptedServer.start(pem(certificates.authority.issue('mon1', { names: 'IP:127.0.0.1' })));
    const client = server.client({ ca: readFileSync(certificates.authority.ca, 'utf8') });
    expect(await client.submit(result)).toEqual({ status: 'taken' });
  });
});

describe('a client certificate', () => {
  it('is shown to the server', async () => {
    const ca = readFileSync(certificates.authority.ca, 'utf8');
    const options = { ...certificates.mon1, ca, requestCert: true };
    const server = await ScriptedServer.start({ ...options, rejectUnauthorized: true });
    try {
      const { cert, key } = pem(certificates.authority.issue('gw01'));
      const client = server.client({
        serverName: 'mon1',
        ca,
        user: undefined,
        password: undefined,
        cert,
        key,
      });
      expect(await client.submit(result)).toEqual({ status: 'taken' });
      expect(server.asked[0]?.headers.authorization).toBeUndefined();
      const stranger = server.client({ serverName: 'mon1', ca });
      await expect(stranger.submit(result)).rejects.toMatchObject({ name: 'Icinga2Error' });
    } finally {
      await server.stop();
    }
  });
});

describe('what is no API', () => {
  let server: Server;
  afterEach(() => void server.close());

  const problemOf = async (onBytes: string | undefined, options: Partial<Icinga2ClientOptions> = {}) => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (onBytes === undefined) return;
      socket.once('data', () => socket.end(onBytes));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = createClient({ host: '127.0.0.1', port, ...options });
    return client.submit(result).then(
      () => undefined,
      (cause: unknown) => (cause as Icinga2Error).code,
    );
  };

  it('speaks something else than TLS', async () => {
    expect(await problemOf('HTTP/1.1 400 Bad Request\r\n\r\n')).toBe('tls');
  });

  it('hangs up', async () => {
    expect(await problemOf('')).toBe('closed');
  });

  it('says nothing', async () => {
    expect(await problemOf(undefined, { connectTimeout: 200 })).toBe('timeout');
  });

  it('is not there', async () => {
    await problemOf('');
    const { port } = server.address() as AddressInfo;
    server.close();
    await expect(createClient({ host: '127.0.0.1', port }).submit(result)).rejects.toMatchObject({
      code: 'unreachable',
      // It is said beside another port only.
      message: `Cannot connect to 127.0.0.1 port ${port} (ECONNREFUSED): is Icinga 2 running there with its api feature, on that port? Icinga's own port is 5665.`,
    });
  });

  it('has the port of Icinga, which is then not told', () => {
    expect(portHint({ host: 'mon1', port: 5665 })).toBe('');
  });

  it('has a name without an address', async () => {
    await problemOf('');
    await expect(createClient({ host: 'mon1.invalid', port: 5665 }).submit(result)).rejects.toMatchObject({
      code: 'name-resolution',
      message: expect.stringMatching(/^The name mon1\.invalid has no address \(E\w+\): check/),
    });
  });
});
