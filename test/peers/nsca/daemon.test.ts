/** Our client against Debian's nsca daemon, in each method that it can open. */
import { describe, expect, test } from '@jest/globals';
import {
  createClient,
  Password,
  type NscaClientOptions,
  type NscaResult,
} from '../../../src/nsca-client/index.js';
import { PASSWORD, withNscaDaemon, type NscaDaemon } from '../../../rig/servers/nsca-daemon.js';

const METHODS = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 20, 23, 26];

/** A rejection takes some 15 ms, or up to a second; half of the default is what a busy machine needs. */
const WINDOW = { '--single': 300, '--daemon': 1500 };

const SINGLES: NscaResult[] = [
  {
    host: 'web1',
    service: 'fd limit nginx',
    returnCode: 2,
    output: 'CRITICAL - 51 of 64 open | fds=51;40;50;0;64',
  },
  { host: 'web1', returnCode: 1, output: 'DOWN' },
];

const BATCH: NscaResult[] = [
  { host: 'h'.repeat(63), service: 's'.repeat(127), returnCode: 3, output: 'o'.repeat(4095) },
  { host: 'größe-☃', service: 'Füllstand 🙂 日本', returnCode: 1, output: 'WARNING – 87 % ∑ 🙂' },
  { host: 'web2', service: 'long', returnCode: 0, output: 'OK | a=1\nline two\nback\\slash\n\nlast' },
  { host: 'web3', service: 'silent', returnCode: 0, output: '' },
  ...Array.from({ length: 196 }, (_, i) => ({
    host: `host${i % 7}`,
    service: `service ${i}`,
    returnCode: (i % 4) as 0 | 1 | 2 | 3,
    output: `number ${i} ${'x'.repeat(i * 3)}`,
  })),
];

/** How nsca 2.10 writes a result for Nagios: newlines and backslashes are escaped, nothing else is. */
const commandOf = ({ host, service, returnCode, output }: NscaResult) => {
  const escaped = output.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return service === undefined
    ? `PROCESS_HOST_CHECK_RESULT;${host};${returnCode};${escaped}\n`
    : `PROCESS_SERVICE_CHECK_RESULT;${host};${service};${returnCode};${escaped}\n`;
};

/** As toEqual, without printing megabytes. */
function expectLines(lines: readonly string[], expected: readonly string[]): void {
  const wrong = expected.findIndex((line, index) => line !== lines[index]);
  expect(lines[wrong]).toBe(expected[wrong]);
  expect(lines).toHaveLength(expected.length);
}

const nscaClient = (daemon: NscaDaemon, options: Partial<NscaClientOptions>) =>
  createClient({ server: '127.0.0.1', port: daemon.port, password: Password.fromText(PASSWORD), ...options });

const sent = (results: readonly unknown[]) => results.map(() => ({ status: 'sent' }));

async function exercise(method: number, mode: '--single' | '--daemon'): Promise<void> {
  await withNscaDaemon({ method, mode }, async (daemon) => {
    const client = nscaClient(daemon, { encryption: method, rejectionWindow: WINDOW[mode] });
    for (const single of SINGLES) expect(await client.send([single])).toEqual(sent([single]));
    expect(await client.send(BATCH)).toEqual(sent(BATCH));
    const expected = [...SINGLES, ...BATCH].map(commandOf);
    expectLines(await daemon.commands(expected.length), expected);

    // Without encryption there is no wrong password, only a wrong method.
    const wrong = nscaClient(daemon, {
      encryption: method === 0 ? 1 : method,
      password: Password.fromText('not the password'),
    });
    expect(await wrong.send(SINGLES)).toEqual(
      SINGLES.map(() => ({ status: 'rejected', error: expect.objectContaining({ code: 'rejected' }) })),
    );
    expectLines(await daemon.commands(expected.length), expected);
  });
}

describe('nsca --single', () => {
  test.each(METHODS)('method %i: all that is sent is written, and a wrong password is rejected', (method) =>
    exercise(method, '--single'),
  );

  test.each([0, 1, 14, 20])('method %i: packets of 720 bytes, one connection each', async (method) => {
    await withNscaDaemon({ method }, async (daemon) => {
      const client = nscaClient(daemon, { encryption: method, packetSize: 720, rejectionWindow: 300 });
      const results: NscaResult[] = [
        { host: 'old', service: 'longest', returnCode: 1, output: 'o'.repeat(511) },
        ...Array.from(
          { length: 11 },
          (_, i) => ({ host: 'old', service: `s${i}`, returnCode: 0, output: 'x' }) as const,
        ),
      ];
      expect(await client.send(results)).toEqual(sent(results));
      const lines = await daemon.commands(results.length);
      expectLines(lines.toSorted(), results.map(commandOf).toSorted());
    });
  });
});

describe('nsca --daemon', () => {
  test.concurrent.each(METHODS)(
    'method %i: all that is sent is written, and a wrong password is rejected',
    (method) => exercise(method, '--daemon'),
  );
});

test.each([7, 12, 19, 22, 24, 25])('method %i, which the daemon cannot open, is refused', async (method) => {
  await withNscaDaemon({ method }, async (daemon) => {
    expect(() => nscaClient(daemon, { encryption: method })).toThrow(
      expect.objectContaining({ code: 'unsupported-encryption' }),
    );
    const outcome = { status: 'failed', error: expect.objectContaining({ code: 'no-init-packet' }) };
    expect(await nscaClient(daemon, { encryption: 14 }).send(SINGLES)).toEqual(SINGLES.map(() => outcome));
  });
});
