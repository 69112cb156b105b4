/** The receiver, asked by the client and by hand. */
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  createClient,
  receive,
  Secret,
  type NscaNgReceiver,
  type ReceiverEvent,
} from '../../../src/nsca-ng-client/index.js';
import { bytesOf } from '../../../src/secrets/index.js';
import { IDENTITY, KEY } from './scripted-server.js';

let receiver: NscaNgReceiver;
let events: ReceiverEvent[];
let onEvent: () => void;

beforeEach(async () => {
  events = [];
  onEvent = () => undefined;
  receiver = await receive({ port: 0, identity: IDENTITY, key: KEY, idleTimeout: 2000 }, (event) => {
    events.push(event);
    onEvent();
  });
});

afterEach(() => receiver.close());

const until = async (count: number) => {
  while (events.length < count) await new Promise<void>((resolve) => (onEvent = resolve));
  return events;
};

const byHand = async (): Promise<TLSSocket> => {
  const psk = bytesOf(KEY) ?? Buffer.alloc(0);
  const socket = connect({
    port: receiver.port,
    host: '127.0.0.1',
    ca: [],
    checkServerIdentity: () => undefined,
    pskCallback: () => ({ identity: IDENTITY, psk }),
  });
  await once(socket, 'secureConnect');
  return socket.setEncoding('latin1');
};

/** All that is answered until the connection ends. */
async function answersTo(request: string): Promise<string> {
  const socket = await byHand();
  let answers = '';
  socket.on('data', (text: string) => (answers += text));
  socket.write(Buffer.from(request, 'latin1'));
  await once(socket, 'end');
  socket.destroy();
  return answers;
}

test('results come as they were sent, whatever their bytes', async () => {
  const client = createClient({ server: '127.0.0.1', port: receiver.port, identity: IDENTITY, key: KEY });
  const sent = [
    { host: 'gw01', service: 'broker fds', returnCode: 2, output: 'ä |x=1;2\nC:\\new' },
    { host: 'gw01', returnCode: 0, output: 'up' },
  ] as const;
  expect((await client.send(sent)).map(({ status }) => status)).toEqual(['accepted', 'accepted']);
  const results = (await until(2)).map((event) => event.type === 'result' && event.result);
  expect(results).toEqual(sent);
  await client.close();
});

test('another key and another identity are told', async () => {
  const options = { server: '127.0.0.1', port: receiver.port, identity: IDENTITY, key: KEY };
  for (const wrong of [{ key: Secret.fromText('another', 'key') }, { identity: 'stranger' }]) {
    const [outcome] = await createClient({ ...options, ...wrong }).send([
      { host: 'a', returnCode: 0, output: '' },
    ]);
    expect(outcome?.status).toBe('failed');
  }
  expect((await until(2)).map((event) => event.type === 'refusal' && event.message)).toEqual([
    'Its key is another.',
    'The identity "stranger" is not known.',
  ]);
});

// What Debian's nsca-ng 1.6 answers, word for word.
test.each([
  ['moin 1 abc\nquit\n', 'MOIN 1\r\nOKAY\r\n'],
  ['PING 1\r\n', 'PONG 1\r\n'],
  ['MOIN 1\r\nQUIT\r\n', 'FAIL Cannot parse MOIN request\r\nOKAY\r\n'],
  ['MOIN 0 abc\r\nQUIT\r\n', 'FAIL Expected protocol version\r\nOKAY\r\n'],
  ['PUSH 5\r\nQUIT\r\n', 'FAIL Expected MOIN or PING or BAIL\r\nOKAY\r\n'],
  [
    'MOIN 1 a\r\nPUSH\r\nPUSH 0\r\nPUSH 16385\r\nHELO\r\nQUIT\r\n',
    'MOIN 1\r\nFAIL Cannot parse PUSH request\r\nFAIL Expected number of bytes\r\nFAIL PUSH data size too large\r\nFAIL Expected PUSH or NOOP or QUIT\r\nOKAY\r\n',
  ],
  [
    'MOIN 1 a\r\nPUSH 5\r\nabcd\nNOOP\r\nQUIT\r\n',
    "MOIN 1\r\nOKAY\r\nFAIL You're not authorized\r\nOKAY\r\nOKAY\r\n",
  ],
  [`MOIN 1 ${'a'.repeat(3000)}`, 'BAIL Request line too long\r\n'],
])('%j is answered %j', async (request, answers) => {
  expect(await answersTo(request)).toBe(answers);
});

test('a connection that says nothing for too long is ended', async () => {
  await receiver.close();
  receiver = await receive({ port: 0, identity: IDENTITY, key: KEY, idleTimeout: 200 }, () => undefined);
  const answers = 'MOIN 1\r\nOKAY\r\nBAIL Connection timed out\r\n';
  expect(await answersTo('MOIN 1 a\r\nPUSH 100\r\n[0] half')).toBe(answers);
});

test('a port that is taken is told', async () => {
  await expect(
    receive({ port: receiver.port, identity: IDENTITY, key: KEY }, () => undefined),
  ).rejects.toMatchObject({ code: 'listen' });
});
