/** A file of the agent's own on a mount that dies while it is written. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForeignMount } from '../support/foreign-mount.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(60));

/** Milliseconds, on a busy machine. */
const PATIENCE = 5000;
const room = (name: string) => new URL(`../../src/${name}/index.js`, import.meta.url).href;

let mount: ForeignMount;
let writer: ChildProcess | undefined;

beforeEach(async () => {
  mount = await ForeignMount.make();
});

afterEach(async () => {
  mount.thaw();
  if (writer?.exitCode === null && writer.signalCode === null) {
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
  writer = undefined;
  await mount.end();
});

/** A process that has begun to write there. At SIGTERM it ends as the agent does. */
async function begin(): Promise<ChildProcess> {
  const script = `
    import { OwnFile } from '${room('files')}';
    import { leaveMounts, writeElsewhere } from '${room('mounts')}';
    process.on('SIGTERM', () => {
      leaveMounts();
      process.exit(0);
    });
    const words = { what: 'a file', unreadable: '', damaged: '', unwritable: '' };
    const yes = () => Promise.resolve(true);
    const place = { isOurs: yes(), answers: yes, write: writeElsewhere };
    const file = new OwnFile('${join(mount.path, 'state', 'file')}', words, console.log, place);
    process.stdin.resume();
    setTimeout(() => console.log('writing'), 0);
    await file.write('what waits');
    console.log('written');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  writer = child;
  await once(child.stdout, 'data');
  return child;
}

it('keeps nobody from ending who writes it', async () => {
  mount.freeze();
  const child = await begin();
  const start = performance.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(performance.now() - start).toBeLessThan(PATIENCE);
  mount.thaw();
  expect(existsSync(join(mount.here, 'state', 'file'))).toBe(false);
});

it('is written when the mount answers again', async () => {
  mount.freeze();
  const child = await begin();
  const written = child.stdout ? once(child.stdout, 'data') : undefined;
  mount.thaw();
  expect(String(await written)).toBe('written\n');
  expect(readFileSync(join(mount.here, 'state', 'file'), 'utf8')).toBe('what waits');
});
