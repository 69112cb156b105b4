import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { inspect } from 'node:util';
import {
  createClient,
  Icinga2Error,
  type CheckResult,
  type Icinga2Client,
  type Icinga2ClientOptions,
} from '../../../src/icinga2-client/index.js';
import { pem } from '../../../rig/servers/authority.js';
import { seconds } from '../../support/where.js';
import { answer, Certificates, processed, ScriptedServer } from './scripted-server.js';

jest.setTimeout(seconds(20));

const result: CheckResult = {
  host: 'gw01',
  service: 'fds',
  exitStatus: 2,
  output: 'FDS CRITICAL - x\nmore',
  perfdata: ['fds=960;800;900;0;1024'],
  checkSource: 'gw01',
};

let certificates: Certificates;
let server: ScriptedServer;
let client: Icinga2Client;
let broken: number;

const clientWith = (options: Partial<Icinga2ClientOptions> = {}) =>
  server.client({
    serverName: 'mon1',
    ca: readFileSync(certificates.authority.ca, 'utf8'),
    onBroken: () => broken++,
    ...options,
  });

beforeAll(() => {
  certificates = new Certificates();
});
afterAll(() => {
  certificates.remove();
});
beforeEach(async () => {
  broken = 0;
  server = await ScriptedServer.start(certificates.mon1);
  client = clientWith();
});
afterEach(() => server.stop());

const codeOf = (asking: Promise<unknown>) =>
  asking.then(
    (value) => `answered ${JSON.stringify(value)}`,
    (error: unknown) => (error instanceof Icinga2Error ? error.code : `untyped ${String(error)}`),
  );

describe('a result', () => {
  it('is addressed by its name, in the body, and says what a plugin would', async () => {
    expect(await client.submit({ ...result, ttl: 600, executionEnd: 1.5 })).toEqual({ status: 'taken' });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', path: '/v1/actions/process-check-result' });
    expect(asked?.headers).toMatchObject({
      accept: 'application/json',
      authorization: `Basic ${Buffer.from('gw01:secret').toString('base64')}`,
      'content-length': String(Buffer.byteLength(asked?.body ?? '')),
    });
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      service: 'gw01!fds',
      exit_status: 2,
      plugin_output: 'FDS CRITICAL - x\nmore',
      performance_data: ['fds=960;800;900;0;1024'],
      check_source: 'gw01',
      ttl: 600,
      execution_end: 1.5,
    });
  });

  it.each([
    ['host', ''],
    ['service', ''],
    ['host', undefined],
    ['service', undefined],
    ['host', 'a!b'],
    ['exitStatus', 4],
    ['exitStatus', NaN],
    ['exitStatus', null],
    ['exitStatus', '2'],
    ['exitStatus', undefined],
  ])('of %s %p never leaves', async (key, value) => {
    expect(await codeOf(client.submit({ ...result, [key]: value }))).toBe('invalid-result');
    expect(server.asked).toEqual([]);
  });

  const results = (code: number, status: string) => ({ results: [{ code, status }] });
  const error = (code: number, status: string) => ({ error: code, status });

  it.each([
    [404, error(404, 'No objects found.'), /^it knows no such service, or none that this user may/],
    [500, { results: [] }, /^it knows no such service/],
    [200, results(200, "Ignoring passive check result for unreachable object 'X'."), /^Ignoring passive/],
    [409, results(409, 'Newer check result already present.'), /^Newer check/],
    [403, results(403, "Passive checks are disabled for object 'X'."), /^Passive checks are disabled/],
    [
      500,
      results(500, "Action execution failed: 'Error:\n\x1b[2J"),
      /^Action execution failed: 'Error: \[2J$/,
    ],
    [400, results(400, "Parameter 'exit_status' is required."), /^Parameter/],
    [400, error(400, 'Invalid request body: x'), /^Invalid request body/],
    [200, results(200, ''), /^it gives no reason$/],
    [200, { results: [1] }, /^it gives no reason$/],
    [
      200,
      { results: [{ code: 200, status: 'Successfully processed' }, {}] },
      /^it was applied to 2 services/,
    ],
  ])('is refused by %d %j', async (status, body, reason) => {
    server.script = (response) => {
      answer(response, status, body);
    };
    expect(await client.submit(result)).toEqual({
      status: 'refused',
      reason: expect.stringMatching(reason),
    });
    expect(broken).toBe(0);
  });

  it.each([
    [401, error(401, 'Unauthorized. Please check your user credentials.'), 'unauthorized'],
    [403, error(403, 'Missing permission: actions/process-check-result'), 'forbidden'],
    [503, error(503, 'Shutting down.'), 'unavailable'],
    [503, results(503, 'Could not process'), 'unavailable'],
    [500, results(503, 'Could not process'), 'unavailable'],
    [502, '<h1>Bad gateway</h1>', 'unavailable'],
    [400, "<h1>Accept header is missing or not set to 'application/json'.</h1>", 'not-icinga'],
    [404, error(404, "The requested path '/v1' could not be found"), 'not-icinga'],
    [200, '', 'not-icinga'],
    [200, 'null', 'not-icinga'],
    [200, { results: {} }, 'not-icinga'],
    [200, { results: [] }, 'not-icinga'],
    [301, '', 'not-icinga'],
    [200, 'x'.repeat(100_000), 'not-icinga'],
  ])('has no answer in %d %j', async (status, body, code) => {
    server.script = (response) => {
      answer(response, status, body);
    };
    expect(await codeOf(client.submit(result))).toBe(code);
    expect(broken).toBe(code === 'unavailable' ? 1 : 0);
  });

  it('says what a server that is no Icinga says, in one line', async () => {
    server.script = (response) => {
      answer(response, 404, `<html>\n<h1>Not\x1b here</h1>${'x'.repeat(1000)}`);
    };
    await expect(client.submit(result)).rejects.toThrow(
      /^127\.0\.0\.1 port \d+ does not answer as Icinga's API does \(404: Not {2}here x{1,200}\): is it one\? Icinga's own port is 5665\.$/,
    );
  });
});

describe('a connection', () => {
  it('is kept, and carries one question at a time', async () => {
    let under = 0;
    server.script = (response) => {
      expect(++under).toBe(1);
      setImmediate(() => {
        under--;
        processed(response);
      });
    };
    await Promise.all(Array.from({ length: 20 }, () => client.submit(result)));
    expect(server.connections).toBe(1);
  });

  it('is the only one where answers come before Node knows that the question was written', async () => {
    server.isHasty = true;
    // More than a socket takes at once.
    const long = { ...result, output: 'x'.repeat(8_000_000) };
    for (let question = 0; question < 3; question++) await client.submit(long);
    expect(server.connections).toBe(1);
  });

  it('that the server ends while it is kept is told of, and another is made', async () => {
    await client.submit(result);
    const told = new Promise<void>((resolve) => {
      client = clientWith({
        onBroken: () => {
          resolve();
        },
      });
    });
    await client.submit(result);
    server.hangUp();
    await told;
    expect(await client.submit(result)).toEqual({ status: 'taken' });
    expect(server.connections).toBe(3);
  });

  it('that ends when it is used again is made anew at once, and told of', async () => {
    await client.submit(result);
    server.script = (response, { connection }) => {
      if (connection === 0) response.socket?.destroy();
      else processed(response);
    };
    expect(await client.submit(result)).toEqual({ status: 'taken' });
    expect(broken).toBe(1);
  });

  it('that ends when it is used again is told of, also where no other can be made', async () => {
    await client.submit(result);
    server.script = (response) => {
      server.refuseOthers();
      response.socket?.destroy();
    };
    expect(await codeOf(client.submit(result))).toBe('unreachable');
    expect(broken).toBe(1);
  });

  it('that ends before the first answer is not made anew', async () => {
    server.script = (response) => response.socket?.destroy();
    expect(await codeOf(client.submit(result))).toBe('closed');
    expect({ broken, connections: server.connections }).toEqual({ broken: 1, connections: 1 });
  });

  it('is ended by this side after a while, which is nothing to tell of', async () => {
    client = clientWith({ idleTimeout: 50 });
    const closed = new Promise((resolve) => {
      server.script = (response) => {
        response.socket?.once('close', resolve);
        processed(response);
      };
    });
    await client.submit(result);
    await closed;
    expect(broken).toBe(0);
    await client.submit(result);
    expect(server.connections).toBe(2);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is made with %s, with session tickets or without',
    async (version) => {
      for (const secureOptions of [0, NO_TICKETS]) {
        const other = await ScriptedServer.start({
          ...certificates.mon1,
          minVersion: version,
          maxVersion: version,
          secureOptions,
        });
        try {
          const ca = readFileSync(certificates.authority.ca, 'utf8');
          const asking = other.client({ serverName: 'mon1', ca });
          expect(await asking.submit(result)).toEqual({ status: 'taken' });
        } finally {
          await other.stop();
        }
      }
    },
  );

  it('waits no longer than it is told to, for an answer or for its end', async () => {
    client = clientWith({ timeout: 300 });
    server.script = () => undefined;
    expect(await codeOf(client.submit(result))).toBe('timeout');
    server.script = (response) => {
      response.write('{');
    };
    expect(await codeOf(client.submit(result))).toBe('timeout');
    expect(broken).toBe(2);
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    server.script = () => {
      stop.abort();
    };
    expect(await codeOf(client.submit(result, stop.signal))).toBe('aborted');
    expect(await codeOf(client.submit(result, stop.signal))).toBe('aborted');
    expect(broken).toBe(0);
  });

  it('ends with the signal while the connection is being made, which ends with the client', async () => {
    const silent = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const stop = new AbortController();
    const patient = { connectTimeout: 600_000, timeout: 600_000 };
    client = clientWith({ host: '127.0.0.1', port: (silent.address() as AddressInfo).port, ...patient });
    const asking = codeOf(client.submit(result, stop.signal));
    const [socket] = (await once(silent, 'connection')) as [Socket];
    stop.abort();
    expect(await asking).toBe('aborted');
    const ended = once(socket.resume(), 'end');
    client.close();
    await ended;
    socket.destroy();
    silent.close();
  });
});

/** SSL_OP_NO_TICKET of OpenSSL's ssl.h. */
const NO_TICKETS = 1 << 14;

describe('the server is asked', () => {
  it('who it is, and who asks', async () => {
    const permissions = ['actions/process-check-result (filtered)'];
    server.script = (response) => {
      answer(response, 200, { results: [{ permissions, user: 'gw01', version: 'r2.13.6-1' }] });
    };
    expect(await client.about()).toEqual({ version: 'r2.13.6-1', user: 'gw01', maySubmit: true });
    expect(server.asked).toMatchObject([{ method: 'GET', path: '/v1' }]);
    server.script = processed;
    expect(await codeOf(client.about())).toBe('not-icinga');
  });

  it.each([
    [true, '*'],
    [true, 'actions/*'],
    [true, 'actions/process-*'],
    [true, 'actions/*-check-result (filtered)'],
    [true, 'Actions/Process-Check-Result'],
    [true, 'actions?process-check-resul?'],
    [true, '**s**'],
    [false, 'objects/query/*'],
    [false, 'actions/process-check-results'],
    [false, 'actions/process-check-result?'],
    [false, 'actions/*-check'],
    [false, '*x*'],
    [false, ''],
  ])('whether who asks may submit, which is %p of %p', async (maySubmit, permission) => {
    server.script = (response) => {
      const about = { permissions: ['objects/query/Host', permission], user: 'gw01', version: 'r2.13.6-1' };
      answer(response, 200, { results: [about] });
    };
    expect(await client.about()).toMatchObject({ maySubmit });
  });

  it('whether it would take a result, without one', async () => {
    server.script = (response) => {
      const status = "Parameter 'exit_status' is required.";
      answer(response, 400, { results: [{ code: 400, status }] });
    };
    expect(await client.probe(result)).toEqual({ status: 'taken' });
    expect(server.asked.map(({ body }) => body)).toEqual(['{"service":"gw01!fds"}']);
    server.script = (response) => {
      answer(response, 404, { error: 404, status: 'No objects found.' });
    };
    expect(await client.probe(result)).toMatchObject({ status: 'refused' });
  });
});

describe('a client', () => {
  const options = { host: 'mon1', port: 5665, user: 'gw01', password: 'secret' };

  it('shows no secret', () => {
    const shown = inspect(createClient(options), { depth: 10, showHidden: true });
    expect(shown).not.toMatch(/secret|Z3cwMTpz/);
  });

  it('refuses what cannot be, before it is asked', () => {
    const { cert, key } = pem(certificates.authority.issue('a'));
    const other = pem(certificates.authority.issue('b'));
    for (const [wrong, message] of [
      [{ host: '' }, /^The host is empty/],
      [{ port: 0 }, /^The port 0 is not/],
      [{ timeout: 0 }, /^The timeout of 0 ms/],
      [{ password: undefined }, /^A user and a password belong together/],
      [{ user: 'a:b' }, /^The user has a colon/],
      [{ cert }, /^A certificate and its key belong together/],
      [{ cert, key: other.key }, /^The key of the client is not that of/],
      [{ cert, key: cert }, /^The key of the client is no private key/],
      [{ cert: key, key }, /^The client has no certificate in PEM/],
      [{ ca: 'nothing' }, /^The authority has no certificate in PEM/],
      [{ ca: cert.replace(/\n.{20}/, '\n') }, /^The authority has a certificate that is damaged/],
    ] as const)
      expect(() => createClient({ ...options, ...wrong })).toThrow(message);
  });
});
