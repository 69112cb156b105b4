import { afterEach, expect, it } from '@jest/globals';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { portIn } from '../../plugins/commands/listening.js';
import { createClient, Secret } from '../../src/nsca-ng-client/index.js';
import { Command, COMMAND } from '../../rig/programs/command.js';
import { sendNsca } from '../../rig/servers/send-nsca.js';

let receiver: ChildProcessWithoutNullStreams | undefined;

afterEach(async () => {
  const started = receiver;
  receiver = undefined;
  if (started?.exitCode !== null) return;
  started.kill('SIGKILL');
  await once(started, 'exit');
});

it.each([
  ['code page 1252', 'win01\tDatentr\xe4ger C\t2\tverf\xfcgbar \x80 0%', '\n'],
  ['code page 850', 'win\x81\tC\t1\tgr\x94\xe1er\\nzweite', '\n'],
  ['Shift-JIS, whose second bytes are ASCII', 'jp01\t\x83\\\x83|\t0\t\x95\\\x8e\xa6 \x83|', '\n'],
  ['KOI8-R, with what are control characters elsewhere', '\xd5\xda\xc5\xcc\t\x85\x9b\t3\t\x80\x8d\x9f', '\n'],
  [
    'bytes that are blanks elsewhere, at both ends, and a mark of the byte order before all',
    '\xef\xbb\xbfwin01\tdisponibilit\xc3\xa0\t1\t\xa0d\xe9j\xc3\xa0\x85\xa0',
    '\n',
  ],
  ['half a character of UTF-8 and one', 'h\xc3\ts \xc3\xa4\t0\tx\xe2\x82', '\n'],
])('receive prints the bytes that came: %s', async (_what, line, end) => {
  const { port, printed } = await receiving('--encryption', 'none');
  await sendNsca({ port, method: 0 }, Buffer.from(line + end, 'latin1'));
  expect(await printed(1)).toEqual([line]);
});

it('what receive prints of hosts that differ in one byte goes on to send_nsca, and stays two hosts', async () => {
  const { port, printed } = await receiving('--encryption', 'none');
  const options = ['-ds', '0x0a'];
  const send = (text: string) => sendNsca({ port, method: 0, options }, Buffer.from(text, 'latin1'));
  // Results of hosts, which have no service.
  await send('f\xfcr\t1\tnicht erreichbar: \xdf\nf\xe4r\t0\tja\n');
  const first = await printed(2);
  expect(first).toEqual(['f\xfcr\t\t1\tnicht erreichbar: \xdf', 'f\xe4r\t\t0\tja']);
  await send(`${first.join('\n')}\n`);
  expect(await printed(4)).toEqual([...first, ...first]);
});

it('receive --type nsca-ng prints the bytes that came, which another client need not have as UTF-8', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'receive-'));
  try {
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, 'a key\n', { mode: 0o600 });
    const options = ['--type', 'nsca-ng', '--identity', 'win01', '--key-file', keyFile];
    const { port, printed } = await receiving(...options);
    const socket = connectTls({
      ...{ port, host: '127.0.0.1', ca: [], checkServerIdentity: () => undefined },
      pskCallback: () => ({ identity: 'win01', psk: Buffer.from('a key') }),
    });
    await once(socket, 'secureConnect');
    const commands = [
      'PROCESS_SERVICE_CHECK_RESULT;win\x81;Datentr\xe4ger\xa0C;2;verf\xfcgbar \x80\x85|c=0\\nnoch mehr \xff',
      'PROCESS_HOST_CHECK_RESULT;w\xeen;0;\xc3',
    ].map((text) => `[1700000000] ${text}\n`);
    const pushes = commands.map((command) => `PUSH ${command.length}\r\n${command}`);
    socket.end(Buffer.from(`MOIN 1 abc\r\n${pushes.join('')}QUIT\r\n`, 'latin1'));
    expect(await printed(2)).toEqual([
      'win\x81\tDatentr\xe4ger\xa0C\t2\tverf\xfcgbar \x80\x85|c=0\\nnoch mehr \xff',
      'w\xeen\t\t0\t\xc3',
    ]);
    socket.destroy();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** A receiver on a free port, and the lines that it has printed once there are so many: a character for each byte. */
async function receiving(...options: readonly string[]) {
  const started = spawn(COMMAND, ['receive', '--port', '0', ...options]);
  receiver = started;
  const bytes: Buffer[] = [];
  started.stdout.on('data', (more: Buffer) => bytes.push(more));
  const [said] = (await once(createInterface({ input: started.stderr }), 'line')) as [string];
  const printed = async (count: number) => {
    const lines = () => Buffer.concat(bytes).toString('latin1').split('\n').slice(0, -1);
    while (lines().length < count) await once(started.stdout, 'data');
    return lines();
  };
  return { port: Number(/port (\d+)/.exec(said)?.[1]), printed };
}

it('receive --type nsca-ng prints what arrives, and wants to know from whom', async () => {
  const refused = await Command.run('receive', '--type', 'nsca-ng');
  expect(refused).toEqual({
    status: 3,
    stdout: [],
    stderr: ['check_rlimit_passive: receive --type nsca-ng needs --identity NAME and --key-file FILE'],
  });
  const folder = mkdtempSync(join(tmpdir(), 'receive-'));
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, 'a key of this test\n', { mode: 0o600 });
  const options = ['--type', 'nsca-ng', '--identity', 'gw01', '--key-file', keyFile, '--port', '0'];
  const listener = new Command('receive', ...options);
  try {
    await listener.until(() => listener.stderr.length > 0);
    const port = portIn(listener.stderr[0] ?? '');
    const key = Secret.fromFile(keyFile, 'key');
    const client = createClient({ server: '127.0.0.1', port: port ?? 0, identity: 'gw01', key });
    await client.send([{ host: 'gw01', service: 'größe', returnCode: 2, output: 'a |x=1\nb' }]);
    await client.close();
    await listener.until(() => listener.stdout.length > 0);
    expect(listener.stdout).toEqual(['gw01\tgröße\t2\ta |x=1\\nb']);
  } finally {
    listener.signal('SIGTERM');
    await listener.finished();
    rmSync(folder, { recursive: true });
  }
});
