import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examineDestination, type Deliver } from '../../../src/destinations/index.js';
import { checkResult, deliverTo, icinga2 } from '../../../src/destinations/icinga2.js';
import type { ServiceResult } from '../../../src/services/index.js';
import { seconds } from '../../support/where.js';
import { result } from '../delivery/fake-destination.js';
import { answer, Certificates, processed, ScriptedServer } from '../icinga2-client/scripted-server.js';

jest.setTimeout(seconds(20));

const never = new AbortController().signal;
const urlOf = (port: number) => ({ url: `https://127.0.0.1:${port}`, serverName: 'mon1' });
const delivered = { status: 'delivered' };
const lost = {
  status: 'failed',
  failure: 'unreachable',
  reason: 'the server has gone away; what it had just taken is sent again',
};

let certificates: Certificates;
let server: ScriptedServer;

beforeAll(() => {
  certificates = new Certificates();
});
afterAll(() => {
  certificates.remove();
});
beforeEach(async () => {
  server = await ScriptedServer.start(certificates.mon1);
});
afterEach(() => server.stop());

describe('results for Icinga 2', () => {
  let deliver: Deliver;
  let forgotten: (readonly ServiceResult[])[];
  const services = (...names: string[]) => names.map((service, number) => result(number, { service }));
  const send = (results: readonly ServiceResult[]) =>
    deliver(results, never, undefined, (each) => forgotten.push(each));
  const servicesAsked = () =>
    server.asked.map(({ body }) => (JSON.parse(body) as { service: string }).service.replace('gw01!', ''));

  beforeEach(() => {
    forgotten = [];
    const ca = readFileSync(certificates.authority.ca, 'utf8');
    const target = { host: '127.0.0.1', port: server.port, serverName: 'mon1' };
    deliver = deliverTo({ ...target, ca, user: 'gw01', password: 'secret' }, { heartbeat: 300_000 });
  });
  afterEach(() => deliver.close?.());

  it('go one by one, in order, and each is valid for two heartbeats', async () => {
    expect(await send(services('a', 'b', 'c'))).toEqual([delivered, delivered, delivered]);
    expect(servicesAsked()).toEqual(['a', 'b', 'c']);
    expect(JSON.parse(server.asked[0]?.body ?? '')).toMatchObject({ ttl: 600, check_source: 'gw01' });
  });

  it('that are refused hold back no other', async () => {
    server.script = (response, { body }) => {
      if (body.includes('gw01!b')) answer(response, 404, { error: 404, status: 'No objects found.' });
      else processed(response);
    };
    expect(await send(services('a', 'b', 'c'))).toEqual([
      delivered,
      { status: 'refused', by: 'server', reason: expect.stringMatching(/^it knows no such service/) },
      delivered,
    ]);
  });

  it('that cannot be sent are refused by this side', async () => {
    expect(await send(services('', 'b'))).toEqual([
      { status: 'refused', by: 'sender', reason: 'The service has no name.' },
      delivered,
    ]);
  });

  it.each([
    [401, 'rejected'],
    [503, 'unreachable'],
  ])('do not follow an answer %d', async (status, failure) => {
    server.script = (response) => {
      answer(response, status, { error: status, status: 'no' });
    };
    expect(await send(services('a', 'b'))).toMatchObject([
      { status: 'failed', failure },
      { status: 'failed', failure },
    ]);
    expect(servicesAsked()).toEqual(['a']);
  });

  it('that were taken before the connection broke are to be sent again: the newest of each service', async () => {
    await send(services('a', 'b'));
    server.script = (response, { body }) => {
      if (body.includes('gw01!e')) response.socket?.destroy();
      else processed(response);
    };
    // The connection breaks, is made anew, and breaks again.
    const outcomes = await send(services('c', 'c', 'a', 'd', 'e', 'f'));
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...['delivered', 'failed', 'failed', 'failed'],
      ...['failed', 'failed'],
    ]);
    expect(outcomes[1]).toEqual(lost);
    expect(forgotten.map((each) => each.map(({ service }) => service))).toEqual([['b']]);
    expect(servicesAsked()).toEqual(['a', 'b', 'c', 'c', 'a', 'd', 'e', 'e']);
  });

  it.each([
    ['breaks off', (response: ServerResponse) => response.socket?.destroy()],
    [
      'stops',
      (response: ServerResponse) => {
        answer(response, 503, { error: 503, status: 'Shutting down.' });
      },
    ],
  ])('that were taken shortly before a question are, though the server %s long after it', async (_, end) => {
    const clock = performance.now.bind(performance);
    let later = 0;
    const clocks = jest.spyOn(performance, 'now').mockImplementation(() => clock() + later);
    try {
      await send(services('a'));
      server.script = (response) => {
        later = 20_000;
        end(response);
      };
      expect(await send(services('b'))).toMatchObject([{ status: 'failed', failure: 'unreachable' }]);
    } finally {
      clocks.mockRestore();
    }
    expect(forgotten.flat().map(({ service }) => service)).toEqual(['a']);
  });

  it('that were taken before the server ended the connection are, too, though nothing is under way', async () => {
    await send(services('a'));
    const told = new Promise<readonly ServiceResult[]>((resolve) => {
      void deliver(services('b'), never, undefined, resolve).then(() => {
        server.hangUp();
      });
    });
    expect((await told).map(({ service }) => service)).toEqual(['a', 'b']);
    // To whom it may be a proxy that ends connections as it likes.
    expect(await send(await told)).toEqual([delivered, delivered]);
    server.hangUp();
    expect(await send(services('c'))).toEqual([delivered]);
    expect(forgotten).toEqual([]);
  });
});

describe('results for one of two masters', () => {
  let second: ScriptedServer;
  beforeEach(async () => {
    second = await ScriptedServer.start(certificates.mon1);
  });
  afterEach(() => second.stop());

  const settings = () => {
    const { cert, key } = certificates.authority.issue('gw01');
    const urls = [urlOf(server.port), urlOf(second.port)] as const;
    const ca = certificates.authority.ca;
    return { type: 'icinga2', urls, certFile: cert, keyFile: key, caFile: ca } as const;
  };
  const of = (name: string, number = 0) => result(number, { service: name });
  const asked = ({ asked }: ScriptedServer) =>
    asked.map(({ body }) => (JSON.parse(body) as { service: string; ttl: number }).service.slice(5));

  it('go to the second when the first is away, with what the first had just taken, and are valid as long', async () => {
    const forgotten: (readonly ServiceResult[])[] = [];
    const deliver = icinga2.make(settings(), { heartbeat: 300_000 });
    const send = (...results: ServiceResult[]) =>
      deliver(results, never, undefined, (each) => forgotten.push(each));
    const [first, other] = [server, second].map(({ port }) => `127.0.0.1:${port}`);
    expect(await send(of('a'), of('b'))).toEqual([
      { status: 'delivered', server: first },
      { status: 'delivered', server: first },
    ]);
    server.script = (response) => {
      response.socket?.destroy();
    };
    const detour = expect.stringMatching(/closed the connection without an answer/);
    expect(await send(of('c', 1))).toEqual([{ status: 'delivered', server: other, detour }]);
    expect(forgotten.flat().map(({ service }) => service)).toEqual(['a', 'b']);
    expect(await send(...forgotten.flat())).toMatchObject([{ server: other }, { server: other }]);
    expect(asked(second)).toEqual(['c', 'a', 'b']);
    expect(JSON.parse(second.asked[0]?.body ?? '')).toMatchObject({ ttl: 600 });
    await deliver.close?.();
  });

  it('are given back by the one that forgets them, which is another one each time', async () => {
    const lost: string[] = [];
    let onLost: () => void = () => undefined;
    const deliver = icinga2.make(settings());
    const send = (one: ServiceResult) =>
      deliver([one], never, undefined, (each) => {
        lost.push(...each.map(({ service }) => service));
        onLost();
      });
    await send(of('a'));
    server.script = (response) => {
      response.socket?.destroy();
    };
    await send(of('b'));
    expect(lost).toEqual(['a']);
    const told = new Promise<void>((resolve) => (onLost = resolve));
    second.hangUp();
    await told;
    expect(lost).toEqual(['a', 'b']);
    await deliver.close?.();
  });

  it('are asked for side by side', async () => {
    server.script = (response) => {
      answer(response, 200, { results: [{ permissions: ['*'], user: 'gw01', version: 'r2.13.6-1' }] });
    };
    second.script = (response) => {
      answer(response, 401, { error: 401, status: 'no' });
    };
    expect((await examineDestination(settings(), [])).answers).toEqual([
      { status: 'ok', text: `127.0.0.1:${server.port}: Icinga r2.13.6-1 knows gw01` },
      {
        status: 'failed',
        text: expect.stringMatching(
          `^127.0.0.1:${second.port}: 127.0.0.1 port ${second.port} does not know who`,
        ),
      },
    ]);
  });
});

describe('a result for Icinga 2', () => {
  const late = result(1, {
    state: 'CRITICAL',
    text: 'FDS CRITICAL - x',
    perfdata: [
      { label: 'fds', value: 81, unit: '', warning: '50', critical: '80', min: 0, max: 100 },
      { label: 'fds_peak', value: 81, unit: '' },
    ],
    longOutput: ['one', 'two'],
    delay: 240_000,
  });

  it('has perfdata as a list, and the time since when it is so only when it is late', () => {
    expect(checkResult(late, 600, 1_800_000_240_000)).toEqual({
      host: 'gw01',
      service: 'broker fds',
      exitStatus: 2,
      output: 'FDS CRITICAL - x (delayed 4m)\none\ntwo',
      perfdata: ['fds=81;50;80;0;100', 'fds_peak=81;;;;'],
      checkSource: 'gw01',
      ttl: 600,
      executionEnd: 1_800_000_000,
    });
    expect(checkResult({ ...late, delay: 9000 })).not.toHaveProperty('executionEnd');
    expect(checkResult(late)).not.toHaveProperty('ttl');
  });

  it('keeps of a long output what comes first', () => {
    const longOutput = Array.from({ length: 1000 }, (_, number) => `line ${number} ${'ü'.repeat(20)}`);
    const { output } = checkResult({ ...late, longOutput });
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(16_384);
    expect(Buffer.byteLength(output)).toBeGreaterThan(16_000);
    expect(output.split('\n')[1]).toBe(longOutput[0]);
  });
});

describe('the keys of an Icinga 2', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'icinga2-keys-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (written: object) => icinga2.schema('/etc/crp').safeParse({ type: 'icinga2', ...written });
  const url = 'https://mon1:5665';
  const login = { user: 'gw01', password_file: 'api.password' };

  it('are a URL and who asks', () => {
    const { data } = read({ url, ...login, ca_file: 'ca.crt', server_name: 'mon1.example.org' });
    expect(data).toMatchObject({
      urls: [{ url, serverName: 'mon1.example.org' }],
      user: 'gw01',
      passwordFile: '/etc/crp/api.password',
      caFile: '/etc/crp/ca.crt',
    });
    expect(data && icinga2.nameOf(data)).toBe('icinga2 https://mon1:5665');
    expect(read({ url: 'https://[2001:db8::1]:5665/', ...login }).data).toMatchObject({
      urls: [{ url: 'https://[2001:db8::1]:5665' }],
    });
    const both = read({ urls: [url, 'https://mon2:5665/'], ...login }).data;
    expect(both?.urls).toEqual([{ url }, { url: 'https://mon2:5665' }]);
    expect(both && icinga2.nameOf(both)).toBe('icinga2 https://mon1:5665, https://mon2:5665');
    const named = [{ url: 'https://mon2:5665/', server_name: 'mon2.example.org' }, { url: 'https://mon3' }];
    expect(read({ urls: [url, ...named], server_name: 'mon1', ...login }).data?.urls).toEqual([
      { url, serverName: 'mon1' },
      { url: 'https://mon2:5665', serverName: 'mon2.example.org' },
      { url: 'https://mon3', serverName: 'mon1' },
    ]);
    expect(read({ url, cert_file: 'a.crt', key_file: '/a.key' }).data).toMatchObject({
      certFile: '/etc/crp/a.crt',
      keyFile: '/a.key',
    });
  });

  it.each([
    [{ ...login }, 'has none of url, urls; write one, such as url: https://mon1:5665'],
    [{ url, urls: [url], ...login }, 'has url and urls; keep one of them'],
    [{ urls: [url, `${url}/`], ...login }, 'has a server twice; take one of them away'],
    [{ urls: [url, { url, server_name: 'a' }], ...login }, 'has a server twice; take one of them away'],
    [{ urls: [{ url: 'mon1' }], ...login }, '"mon1" is not the URL of an Icinga 2 API; write one such as'],
    [{ urls: [{ server_name: 'mon1' }], ...login }, 'is missing; write the URL of an Icinga 2 API, such as'],
    [{ urls: [{ url, server_name: '10.0.0.1' }], ...login }, '"10.0.0.1" is not a host name; write one such'],
    [{ urls: [{ url, name: 'mon1' }], ...login }, 'unknown key "name"; known here: url, server_name'],
    [{ urls: [], ...login }, 'is an empty list; write a list of URLs, such as urls: [https://mon1:5665, h'],
    [{ urls: [4711], ...login }, 'the number 4711 is not text; put it in quotes'],
    [{ urls: [[url]], ...login }, 'a list is not the URL of an Icinga 2 API; write one such as'],
    [{ urls: [url, ''], ...login }, 'is empty; write the URL of an Icinga 2 API, such as'],
    [{ urls: [url] }, 'has neither user and password_file nor cert_file and key_file'],
    [{ url: 'mon1', ...login }, '"mon1" is not the URL of an Icinga 2 API; write one such as'],
    [{ url: 'mon1:5665', ...login }, '"mon1:5665" is not the URL of'],
    [{ url: 'http://mon1:5665', ...login }, 'is without TLS, which Icinga 2 does not answer; write https://'],
    [{ url: 'https://u:secret@mon1', ...login }, 'has a user or a password in it; write them as user: and'],
    [{ url: `${url}/v1/x`, ...login }, 'has more than a host and a port; write url: https://mon1:5665'],
    [{ url }, 'has neither user and password_file nor cert_file and key_file'],
    [{ url, user: 'gw01' }, 'has no password_file; write one'],
    [{ url, password_file: 'a' }, 'has no user; write one'],
    [{ url, cert_file: 'a' }, 'has no key_file; write one'],
    [{ url, key_file: 'a' }, 'has no cert_file; write one'],
    [{ url, ...login, cert_file: 'a', key_file: 'b' }, 'is beside a password_file; keep one of them'],
    [{ url, ...login, user: 'a:b' }, 'has a colon or a control character'],
    [{ url, ...login, server: 'mon1' }, 'unknown key "server"'],
  ])('refuse %j', (written, problem) => {
    const message = read(written).error?.issues[0]?.message;
    expect(message?.slice(0, problem.length)).toBe(problem);
    expect(message).not.toContain('secret');
  });

  it('name files that are there, and that nobody else reads', () => {
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    const passwordFile = file('password', 'secret\n');
    const settings = { type: 'icinga2', urls: [{ url }], user: 'gw01', passwordFile } as const;
    expect(() => icinga2.make(settings)).not.toThrow();
    expect(() => icinga2.make({ ...settings, caFile: join(folder, 'none') })).toThrow(
      `The certificate file ${folder}/none cannot be read: ENOENT`,
    );
    expect(() => icinga2.make({ ...settings, caFile: passwordFile })).toThrow('no certificate in PEM');
    chmodSync(passwordFile, 0o644);
    expect(() => icinga2.make(settings)).toThrow('is open to others than its owner and group: run chmod o=');
  });

  it('carry every name without an exclamation mark', () => {
    expect(icinga2.refuses?.('service', 'a!b')).toMatch(/^has an exclamation mark, which separates/);
    expect(icinga2.refuses?.('service', 'a "b" \\ ü;')).toBeUndefined();
  });
});

describe('an examination', () => {
  const settings = () => {
    const { cert, key } = certificates.authority.issue('gw01');
    const urls = [urlOf(server.port)] as const;
    const ca = certificates.authority.ca;
    return { type: 'icinga2', urls, certFile: cert, keyFile: key, caFile: ca } as const;
  };
  const named = (...names: string[]) => names.map((service) => ({ host: 'gw01', service }));
  const examine = async (...names: string[]) => icinga2.examine?.(settings(), named(...names), never);

  it('tells of each service whether its results would be taken', async () => {
    server.script = (response, { method, body }) => {
      const about = { permissions: ['*'], user: 'gw01', version: 'r2.16.6-1' };
      if (method === 'GET') answer(response, 200, { results: [about] });
      else if (body.includes('nope')) answer(response, 404, { error: 404, status: 'No objects found.' });
      else
        answer(response, 400, { results: [{ code: 400, status: "Parameter 'exit_status' is required." }] });
    };
    expect(await examine('fds', 'nope')).toEqual([
      { status: 'ok', text: 'Icinga r2.16.6-1 knows gw01' },
      { status: 'ok', text: 'takes results of fds of gw01' },
      { status: 'failed', text: expect.stringMatching(/^refuses nope of gw01: it knows no such service/) },
    ]);
  });

  it('ends in time with what was answered, and tells how much was not', async () => {
    const over = new AbortController();
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(over.signal);
    try {
      server.script = (response, { method, body }) => {
        const about = { permissions: ['*'], user: 'gw01', version: 'r2.16.6-1' };
        if (method === 'GET') answer(response, 200, { results: [about] });
        else if (body.includes('gw01!b')) over.abort();
        else
          answer(response, 400, { results: [{ code: 400, status: "Parameter 'exit_status' is required." }] });
      };
      expect((await examineDestination(settings(), named('a', 'b', 'c'))).answers).toEqual([
        { status: 'ok', text: 'Icinga r2.16.6-1 knows gw01' },
        { status: 'ok', text: 'takes results of a of gw01' },
        {
          status: 'failed',
          text: '2 of 3 services were not answered for within 9s: the way to it is slow, or they are many',
        },
      ]);
      expect(timeout.mock.calls).toEqual([[9000]]);
    } finally {
      timeout.mockRestore();
    }
  });

  it('ends with what keeps it from asking', async () => {
    server.script = (response) => {
      answer(response, 401, { error: 401, status: 'Unauthorized.' });
    };
    expect(await examine('fds')).toEqual([
      { status: 'failed', text: expect.stringMatching(/^127\.0\.0\.1 port \d+ does not know who asks/) },
    ]);
  });

  it('tells of a user who may submit nothing', async () => {
    server.script = (response) => {
      answer(response, 200, { results: [{ permissions: [], user: 'gw01', version: 'r2.13.6-1' }] });
    };
    expect(await examine('fds')).toEqual([
      {
        status: 'failed',
        text: expect.stringMatching(/gw01, who has no permission actions\/process-check-result/),
      },
    ]);
  });
});
