/**
 * The least that a Node program does to send results on a connection that it keeps, and to have their answers. To be
 * given what to send as JSON (`Sending`), or `@` and a file with it. At each byte of its FIFO,
 * or each crossing of a level by its process, it sends one and says `answered`; for a line of its
 * input it sends as many as that says, one after the other, and says how many milliseconds it took.
 */
import { constants, openSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';

export type Sending = (NscaNgSending | HttpsSending) & { readonly toldBy?: ToldBy };

export type ToldBy =
  { readonly fifo: string } | { readonly process: number; /** Of its open files. */ readonly level: number };

export interface NscaNgSending {
  readonly protocol: 'nsca-ng';
  readonly port: number;
  readonly identity: string;
  readonly key: string;
  /** Commands with their newlines, which are sent in turn. */
  readonly payloads: readonly string[];
}

export interface HttpsSending {
  readonly protocol: 'https';
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bodies, which are sent in turn. */
  readonly payloads: readonly string[];
  readonly caFile: string;
  readonly serverName: string;
}

interface Sender {
  /** Sends one, and ends when it has the whole answer. */
  readonly one: (payload: Buffer) => Promise<void>;
  /** Sends several as fast as the protocol has it on one connection. */
  readonly several: (payloads: readonly Buffer[]) => Promise<void>;
}

const [, , given = ''] = process.argv;
const sending = JSON.parse(given.startsWith('@') ? readFileSync(given.slice(1), 'utf8') : given) as Sending;
const payloads = sending.payloads.map((payload) => Buffer.from(payload));
const sender = sending.protocol === 'nsca-ng' ? await overNscaNg(sending) : overHttps(sending);
let sent = 0;
const next = () => payloads[sent++ % payloads.length] ?? Buffer.alloc(0);

await sender.one(next());
const onTold = () => {
  void sender.one(next()).then(() => process.stdout.write('answered\n'));
};
if (sending.toldBy) await listen(sending.toldBy);
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const began = performance.now();
  await sender.several(Array.from({ length: Number(line) }, next));
  process.stdout.write(`${performance.now() - began}\n`);
}

async function listen(toldBy: ToldBy): Promise<void> {
  if ('fifo' in toldBy) {
    // For writing as well, so that it has no end.
    const fd = openSync(toldBy.fifo, constants.O_RDWR | constants.O_NONBLOCK);
    new Socket({ fd, writable: false }).on('data', onTold);
    return;
  }
  // It takes memory and time that who is told by a pipe does not need.
  const { RlimitEvents } = await import('../../src/rlimit-events/index.js');
  const descriptor = new RlimitEvents(({ type }) => {
    if (type === 'level') onTold();
  });
  const { process, level: value } = toldBy;
  descriptor.watch(process, { resource: 'nofile', levels: [{ kind: 'value', value }] });
}

async function overNscaNg({ port, identity, key }: NscaNgSending): Promise<Sender> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    pskCallback: () => ({ identity, psk: Buffer.from(key) }),
    checkServerIdentity: () => undefined,
    ca: [],
  });
  socket.setNoDelay(true);
  /** Answers that are yet to come. */
  let expected = 0;
  let onAnswered: () => void = () => undefined;
  socket.setEncoding('latin1').on('data', (text: string) => {
    for (const line of text.trimEnd().split('\r\n')) {
      if (line !== 'OKAY' && line !== 'MOIN 1') throw new Error(`the server said ${line}`);
      expected--;
    }
    if (expected === 0) onAnswered();
  });
  const ask = (question: string | Buffer, answers = 1) =>
    new Promise<void>((resolve) => {
      expected = answers;
      onAnswered = resolve;
      socket.write(question);
    });
  const announcing = (payload: Buffer) => Buffer.from(`PUSH ${payload.length}\r\n`);
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  await ask('MOIN 1 YmVuY2g=\r\n');
  return {
    async one(payload) {
      await ask(announcing(payload));
      await ask(payload);
    },
    async several([first, ...others]) {
      if (!first) return;
      await ask(announcing(first));
      let last = first;
      for (const payload of others) {
        await ask(Buffer.concat([last, announcing(payload)]), 2);
        last = payload;
      }
      await ask(last);
    },
  };
}

function overHttps({ port, path, headers, caFile, serverName }: HttpsSending): Sender {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    ca: readFileSync(caFile),
    servername: serverName,
  });
  const one = (body: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const options = { agent, method: 'POST', host: '127.0.0.1', port, path };
      request({ ...options, headers: { ...headers, 'Content-Length': body.length } }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`the server said ${response.statusCode}`));
        response.resume().on('end', () => {
          resolve();
        });
      })
        .on('error', reject)
        .end(body);
    });
  return {
    one,
    async several(bodies) {
      for (const body of bodies) await one(body);
    },
  };
}
