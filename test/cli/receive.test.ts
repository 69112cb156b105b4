import { afterEach, expect, it } from '@jest/globals';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { COMMAND } from '../support/command.js';
import { sendNsca } from '../support/send-nsca.js';

let receiver: ChildProcessWithoutNullStreams | undefined;

afterEach(async () => {
  if (receiver?.exitCode !== null) return;
  receiver.kill('SIGKILL');
  await once(receiver, 'exit');
});

it.each([
  ['code page 1252', 'win01\tDatentr\xe4ger C\t2\tverf\xfcgbar \x80 0%', '\n'],
  ['code page 850', 'win\x81\tC\t1\tgr\x94\xe1er\\nzweite', '\n'],
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
