/** All clients, with a name that nobody answers for. */
import { expect, it, jest } from '@jest/globals';
import { seconds } from '../../support/where.js';

const asked: { name: string; answer: (error: Error) => void }[] = [];
jest.unstable_mockModule('node:dns', () => ({
  lookup: (name: string, _: unknown, answer: (error: Error) => void) => asked.push({ name, answer }),
}));
const nsca = await import('../../../src/nsca-client/index.js');
const nscaNg = await import('../../../src/nsca-ng-client/index.js');
const icinga2 = await import('../../../src/icinga2-client/index.js');
const { NrdpClient } = await import('../../../src/nrdp-client/index.js');

jest.setTimeout(seconds(5));

const MS = 20;
const RESULT = { host: 'gw01', service: 'fds', returnCode: 0, output: 'x' } as const;
const CHECK = {
  host: 'gw01',
  service: 'fds',
  exitStatus: 0,
  output: 'x',
  perfdata: [],
  checkSource: 'gw01',
} as const;

/** Each says by its error what has come of a try. */
const CLIENTS: Readonly<Record<string, (name: string) => () => Promise<Error | undefined>>> = {
  nsca: (server) => {
    const client = nsca.createClient({ server, encryption: 'none', connectTimeout: MS });
    return async () => errorIn(await client.send([RESULT]));
  },
  'nsca-ng': (server) => {
    const key = nscaNg.Secret.fromText('secret', 'key');
    const client = nscaNg.createClient({ server, identity: 'gw01', key, connectTimeout: MS });
    return async () => errorIn(await client.send([RESULT]));
  },
  icinga2: (host) => {
    const client = icinga2.createClient({ host, port: 5665, connectTimeout: MS });
    return () =>
      client.submit(CHECK).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
  },
  nrdp: (name) => {
    const url = new URL(`http://${name}/nrdp/`);
    const client = new NrdpClient({ url, token: () => 'token', timeout: MS });
    return async () => (await client.submit([RESULT], new AbortController().signal))[0];
  },
};

const errorIn = ([outcome]: readonly object[]) => (outcome as { readonly error?: Error }).error;

it.each(Object.entries(CLIENTS))('%s tries twice and asks once', async (kind, clientOf) => {
  const name = `for-${kind}.example.org`;
  const attempt = clientOf(name);
  for (let tries = 0; tries < 2; tries++)
    expect((await attempt())?.message).toContain(
      `The name ${name} has no address (no answer within ${MS} ms)`,
    );
  const questions = asked.splice(0);
  expect(questions.map((each) => each.name)).toEqual([name]);
  // Who has given up is not disturbed.
  questions[0]?.answer(new Error('EAI_AGAIN'));
  await new Promise(setImmediate);
  // And the next one asks anew.
  const next = attempt();
  while (asked.length === 0) await new Promise(setImmediate);
  asked.pop()?.answer(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }));
  expect((await next)?.message).toMatch(/name .*has no address/);
});
