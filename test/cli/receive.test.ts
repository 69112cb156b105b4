import { afterEach, expect, it } from '@jest/globals';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { portIn } from '../../plugins/commands/listening.js';
import { createClient, Secret } from '../../src/nsca-ng-client/index.js';
import { Command, COMMAND } from '../../rig/programs/command.js';
import { sendNsca } from '../../rig/servers/send-nsca.js';

let receiver: ChildProcessWithoutNullStreams | undefined;

afterEach(async () => {
  if (receiver?.exitCode !== null) return;
  receiver.kill('SIGKILL');
  await once(receiver, 'exit');
});

it.each([
  ['code page 1252', 'win01\tDatentr\xe4ger C\t2\tverf\xfcgbar \x80 0%', '\n'],
  ['code page 850', 'win\x81\tC\t1\tgr\x94\xe1er\\nzweite', '\n'],
  ['Shift-JIS, whose second bytes are ASCII', 'jp01\t\x83\\\x83|\t0\t\x95\\\x8e\xa6 \x83|', '\n'],
  ['KOI8-R, with what are control characters elsewhere', '\xd5\xda\xc5\xcc\t\x85\x9b\t3\t\x80\x8d\x9f', '\n'],
  ['half a character of UTF-8 and one', 'h\xc3\ts \xc3\xa4\t0\tx\xe2\x82', '\n'],
])('receive prints the bytes that came: %s', async (_what, line, end) => {
  receiver = spawn(COMMAND, ['receive', '--port', '0', '--encryption', 'none']);
  const [said] = (await once(createInterface({ input: receiver.stderr }), 'line')) as [string];
  const port = Number(/port (\d+)/.exec(said)?.[1]);
  const printed: Buffer[] = [];
  receiver.stdout.on('data', (bytes: Buffer) => printed.push(bytes));
  await sendNsca({ port, method: 0 }, Buffer.from(line + end, 'latin1'));
  while (!Buffer.concat(printed).includes('\n')) await once(receiver.stdout, 'data');
  receiver.kill('SIGTERM');
  await once(receiver, 'exit');
  expect(Buffer.concat(printed).toString('latin1')).toBe(line + end);
});

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
