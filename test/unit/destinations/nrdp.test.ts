/** The destination nrdp, and a receiver of our own: Debian has no NRDP. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examineDestination, makeDestination, type Outcome } from '../../../src/destinations/index.js';
import { nrdp, type NrdpSettings } from '../../../src/destinations/nrdp.js';
import { Authority, pem } from '../../../rig/servers/authority.js';
import { NrdpReceiver, TOKEN, type NrdpReceiverOptions } from '../../../rig/servers/nrdp-receiver.js';
import { seconds } from '../../support/where.js';
import { result } from '../delivery/fake-destination.js';

jest.setTimeout(seconds(60));

const never = new AbortController().signal;
const taken: Outcome = { status: 'delivered' };

let folder: string;
let receiver: NrdpReceiver;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nrdp-'));
  writeFileSync(join(folder, 'nrdp.token'), `${TOKEN}\n`, { mode: 0o600 });
});

afterEach(async () => {
  await receiver.stop();
  rmSync(folder, { recursive: true });
});

async function started(options: NrdpReceiverOptions = {}): Promise<void> {
  receiver = await NrdpReceiver.start(options);
}

const settings = (rest: Partial<NrdpSettings> = {}): NrdpSettings => ({
  type: 'nrdp',
  urls: [{ url: receiver.url }],
  tokenFile: join(folder, 'nrdp.token'),
  ...rest,
});

const deliver = (rest?: Partial<NrdpSettings>) => makeDestination(settings(rest)).deliver;

/** What `doctor -c` says. */
async function ask(rest?: Partial<NrdpSettings>): Promise<string[]> {
  const { answers = [] } = await examineDestination(settings(rest), [
    { host: 'gw01', service: 'broker fds' },
  ]);
  return answers.map(({ status, text }) => `${status}: ${text.replaceAll(String(receiver.port), 'PORT')}`);
}

const OK =
  'ok: it takes the token; whether Nagios knows the services and reads its results, NRDP does not tell';

describe.each(['1.5', '2.0'] as const)('NRDP %s', (version) => {
  beforeEach(() => started({ version }));

  it('gets results of services as a plugin would print them', async () => {
    const bad = result(1, {
      state: 'CRITICAL',
      service: 'x & y=ü+%',
      text: String.raw`FDS CRITICAL - C:\new`,
      perfdata: [{ label: 'fds', value: 81, unit: '', min: 0 }],
      longOutput: ['one\ttwo', `half \ud83d and nul \0`],
    });
    expect(await deliver()([bad, result(2)], never)).toEqual([taken, taken]);
    expect(receiver.checks).toEqual([
      {
        type: 'service',
        host: 'gw01',
        service: 'x & y=ü+%',
        state: '2',
        output: String.raw`FDS CRITICAL - C:\\new |fds=81;;;0;\none two\nhalf � and nul `,
      },
      { type: 'service', host: 'gw01', service: 'broker fds', state: '0', output: '2' },
    ]);
    // The token stands in no URL.
    expect(receiver.paths).toEqual(['/nrdp/']);
  });

  it('is asked, and gets nothing', async () => {
    expect(await ask()).toEqual([OK]);
    expect(receiver.checks).toEqual([]);
  });

  it('knows the token, or somebody has to mend it', async () => {
    writeFileSync(join(folder, 'nrdp.token'), 'another one');
    const reason = `127.0.0.1:${receiver.port} says BAD TOKEN: the token is none of authorized_tokens in its config.inc.php`;
    expect(await deliver()([result(1), result(2)], never)).toEqual([
      { status: 'failed', failure: 'rejected', reason },
      { status: 'failed', failure: 'rejected', reason },
    ]);
    expect(await ask()).toEqual([`failed: ${reason.replace(String(receiver.port), 'PORT')}`]);
    expect(receiver.checks).toEqual([]);
  });

  it('gets many in few requests, in order, over one connection', async () => {
    const to = deliver();
    const many = Array.from({ length: 1200 }, (_, number) => result(number));
    expect(await to(many, never)).toEqual(many.map(() => taken));
    expect(receiver.checks.map(({ output }) => Number(output))).toEqual(many.map((_, number) => number));
    expect(receiver.requests).toBe(3);
    // A million bytes are in four of these.
    receiver.checks.length = 0;
    const large = Array.from({ length: 10 }, (_, number) =>
      result(number, { longOutput: ['x'.repeat(300_000)] }),
    );
    expect(await to(large, never)).toEqual(large.map(() => taken));
    expect(receiver.checks).toHaveLength(10);
    expect(receiver.requests).toBe(7);
    expect(receiver.connections).toBe(1);
  });
});

describe('the connection to NRDP', () => {
  it('is kept, and nothing waits for it', async () => {
    await started();
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const to = deliver();
    for (let number = 0; number < 5; number++) await to([result(number)], never);
    expect(receiver.connections).toBe(1);
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(
      before,
    );
  });

  it('is made anew when the server has closed it', async () => {
    await started();
    const to = deliver();
    for (let number = 0; number < 3; number++) {
      expect(await to([result(number)], never)).toEqual([taken]);
      receiver.dropConnections();
    }
    expect(receiver.checks.map(({ output }) => output)).toEqual(['0', '1', '2']);
  });

  it.each([
    [
      'a web page',
      200,
      '<!DOCTYPE html>',
      'rejected',
      /^.* answers with HTTP 200 and not as NRDP does: give the addr/,
    ],
    [
      'another place',
      301,
      '',
      'rejected',
      /^.* answers with HTTP 301 and not as NRDP does: give the address of NRDP/,
    ],
    [
      'nothing, since PHP failed',
      500,
      '',
      'unreachable',
      /^.* answers with HTTP 500 and not as NRDP does: see the log/,
    ],
    ['too much', 200, 'x'.repeat(70_000), 'rejected', /^.* says more than 65536 bytes: is it NRDP\?$/],
    [
      'that it has taken others',
      200,
      '{"result":{"status":0,"message":"OK","meta":{"output":"0 checks processed"}}}',
      'rejected',
      /^.* says that it has processed 0 of 1 checks/,
    ],
    [
      'why not',
      200,
      '{"result":{"status":-1,"message":"BAD JSON","meta":{"information":"Syntax\\u001b[2J error"}}}',
      'rejected',
      /^.* says BAD JSON, Syntax\?\[2J error$/,
    ],
    [
      `the token`,
      200,
      JSON.stringify({ result: { status: -1, message: `no ${TOKEN} here` } }),
      'rejected',
      /^.* says no \[token\] here$/,
    ],
    ['taken, with an error of HTTP', 500, '{"result":{"status":"0"}}', 'delivered', undefined],
  ])('that says %s', async (_what, status, body, outcome, reason) => {
    await started({
      instead: (request, response) => {
        request.resume();
        response.writeHead(status).end(body);
        return true;
      },
    });
    const [got] = await deliver()([result(1)], never);
    if (outcome === 'delivered') expect(got).toEqual(taken);
    else
      expect(got).toEqual({
        status: 'failed',
        failure: outcome,
        reason: expect.stringMatching(reason ?? ''),
      });
  });

  it('that breaks off, or is none, or is none any more, can be tried again', async () => {
    await started({
      instead: (_request, response) => {
        response.writeHead(200, { 'Content-Length': 100 });
        response.write('{"result":');
        setImmediate(() => response.destroy());
        return true;
      },
    });
    const to = deliver();
    const failed = (reason: RegExp) => [
      { status: 'failed', failure: 'unreachable', reason: expect.stringMatching(reason) },
    ];
    expect(await to([result(1)], never)).toEqual(failed(/ has broken off its answer$|closed the connection/));
    await receiver.stop();
    expect(await to([result(1)], never)).toEqual(failed(/nobody listens there: is the web server running/));
    expect(await deliver({ urls: [{ url: 'http://nowhere.invalid/nrdp/' }] })([result(1)], never)).toEqual(
      failed(/^nowhere\.invalid: the name(?: has no address| servers do not answer)/),
    );
  });

  it('that hangs ends with the agent', async () => {
    let isHanging: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (isHanging = resolve));
    await started({
      instead: () => {
        isHanging();
        return true;
      },
    });
    const stop = new AbortController();
    const outcomes = deliver()([result(1)], stop.signal);
    await hanging;
    stop.abort();
    expect(await outcomes).toMatchObject([{ status: 'failed', failure: 'unreachable' }]);
  });
});

describe('HTTPS', () => {
  it('is trusted by its CA and its name', async () => {
    const authority = new Authority(folder);
    await started({ tls: pem(authority.issue('mon1.example.org')) });
    const { url } = receiver;
    const serverName = 'mon1.example.org';
    expect(await ask({ caFile: authority.ca, urls: [{ url, serverName }] })).toEqual([OK]);
    expect(await ask({ urls: [{ url, serverName }] })).toEqual([
      expect.stringMatching(
        /^failed: 127\.0\.0\.1:PORT: its certificate is signed by a CA that is not known here/,
      ),
    ]);
    expect(await ask({ caFile: authority.ca })).toEqual([
      'failed: 127.0.0.1:PORT: its certificate is for another name: give that as server_name',
    ]);
    const [outcome] = await deliver()([result(1)], never);
    expect(outcome).toMatchObject({ status: 'failed', failure: 'rejected' });
    expect(receiver.requests).toBe(1);
    expect(await ask({ urls: [{ url: url.replace('https', 'http') }] })).toMatchObject([
      expect.stringMatching(/^failed: /),
    ]);
  });

  it('of several servers is trusted by the name of each', async () => {
    const authority = new Authority(folder);
    await started({ tls: pem(authority.issue('mon1')) });
    const other = await NrdpReceiver.start({ tls: pem(authority.issue('mon2')) });
    try {
      const urls = [
        { url: receiver.url, serverName: 'mon1' },
        { url: other.url, serverName: 'mon2' },
      ] as const;
      const to = deliver({ caFile: authority.ca, urls });
      const by = (each: NrdpReceiver) => new URL(each.url).host;
      expect(await to([result(1)], never)).toEqual([{ status: 'delivered', server: by(receiver) }]);
      await receiver.stop();
      expect(await to([result(2)], never)).toMatchObject([{ status: 'delivered', server: by(other) }]);
      expect(other.checks).toHaveLength(1);
    } finally {
      await other.stop();
    }
  });

  it('with a certificate that has expired says so, and what else it may be', async () => {
    const authority = new Authority(folder);
    const over = { names: 'IP:127.0.0.1', from: '20200101000000Z', to: '20200102000000Z' };
    await started({ tls: pem(authority.issue('mon1', over)) });
    expect(await ask({ caFile: authority.ca })).toEqual([
      "failed: 127.0.0.1:PORT: its certificate has expired, or this machine's clock is ahead",
    ]);
  });

  it('with a certificate that is not valid yet is waited for, as each is at a clock of 1970', async () => {
    const authority = new Authority(folder);
    const later = { names: 'IP:127.0.0.1', from: '20480101000000Z', to: '20490101000000Z' };
    await started({ tls: pem(authority.issue('mon1', later)) });
    expect(await deliver({ caFile: authority.ca })([result(1)], never)).toEqual([
      {
        status: 'failed',
        failure: 'unreachable',
        reason: `127.0.0.1:${receiver.port}: its certificate is not valid yet: is this machine's clock behind?`,
      },
    ]);
  });

  it('that is asked for TLS and does not speak it says so', async () => {
    await started();
    expect(await ask({ urls: [{ url: receiver.url.replace('http', 'https') }] })).toEqual([
      'failed: 127.0.0.1:PORT: it does not speak TLS as it is spoken here: is the url with https: right?',
    ]);
  });
});

it('takes an answer that has the characters of a short token', async () => {
  writeFileSync(join(folder, 'nrdp.token'), 's');
  await started({
    instead: (request, response) => {
      request.resume();
      response.end('{"result":{"status":0,"message":"OK","meta":{"output":"1 checks processed."}}}');
      return true;
    },
  });
  expect(await deliver()([result(1)], never)).toEqual([taken]);
});

describe('files of NRDP', () => {
  beforeEach(() => started());

  it('are there, and the token is not open to others', async () => {
    expect(await ask({ caFile: join(folder, 'nothing.crt') })).toEqual([
      expect.stringContaining('nothing.crt'),
    ]);
    chmodSync(join(folder, 'nrdp.token'), 0o644);
    expect(() => makeDestination(settings())).toThrow(
      /nrdp\.token is open to others than its owner and group: run/,
    );
  });
});

describe('the keys of NRDP', () => {
  beforeEach(() => started());
  const read = (written: object) =>
    nrdp.schema('/etc/crp').safeParse({ type: 'nrdp', token_file: 'nrdp.token', ...written });
  const problemOf = (written: object) => read(written).error?.issues[0]?.message;

  it('are its addresses, its token and what to trust', () => {
    expect(read({ url: 'https://mon1/nrdp' }).data).toEqual({
      type: 'nrdp',
      urls: [{ url: 'https://mon1/nrdp/' }],
      tokenFile: '/etc/crp/nrdp.token',
    });
    const written = {
      urls: ['https://[::1]:8443', 'http://mon2/x.php'],
      ca_file: 'ca.crt',
      server_name: 'mon',
    };
    const { data } = read(written);
    expect(data).toEqual({
      type: 'nrdp',
      urls: [
        { url: 'https://[::1]:8443/', serverName: 'mon' },
        { url: 'http://mon2/x.php', serverName: 'mon' },
      ],
      tokenFile: '/etc/crp/nrdp.token',
      caFile: '/etc/crp/ca.crt',
    });
    expect(data && nrdp.nameOf(data)).toBe('nrdp https://[::1]:8443/, http://mon2/x.php');
  });

  it.each([
    [{}, 'has none of url, urls; write one, such as url: https://mon1/nrdp/'],
    [
      { url: 'mon1' },
      '"mon1" is not an address with https: or http:; write one such as url: https://mon1/nrdp/',
    ],
    [{ url: 'https://' }, '"https://" is not an address with https: or http:'],
    [{ url: 'ftp://mon1/' }, '"ftp://mon1/" is not an address with https: or http:'],
    [{ url: 'https://a:b@mon1/' }, 'has a user or a password in it; take it away'],
    [{ url: 'https://mon1/nrdp/?token=x' }, 'has a ? or a # in it; end it with the folder'],
    [{ url: 'https://mon1/', server_name: '127.0.0.1' }, '"127.0.0.1" is not a host name'],
    [{ url: 'https://mon1/', token_file: '' }, 'is empty; write the path of a file'],
  ])('refuse %j', (written, problem) => {
    expect(problemOf(written)?.slice(0, problem.length)).toBe(problem);
  });
});
