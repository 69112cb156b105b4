import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchFd, type FdWatch } from '../../../src/ffi/index.js';
import { seconds } from '../../support/where.js';

const FFI = new URL('../../../src/ffi/index.js', import.meta.url).href;

describe('watchFd', () => {
  let folder: string;
  let fifo: string;
  let fd: number;
  let watch: FdWatch | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watch-fd-'));
    fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    // For reading and writing, so that opening waits for nobody.
    fd = openSync(fifo, 'r+');
  });

  afterEach(() => {
    watch?.close();
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  const write = () => writeSync(fd, 'x');
  const read = () => readSync(fd, Buffer.alloc(1));
  /** Two full turns of the event loop: what was readable has been told by then. */
  const turns = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

  it('calls back when the descriptor is readable, each time anew', async () => {
    for (let round = 0; round < 3; round++) {
      await new Promise<void>((resolve) => {
        watch = watchFd(fd, resolve);
        write();
      });
      read();
      watch?.close();
    }
  });

  it('calls back for as long as there is something to read, and not after', async () => {
    let calls = 0;
    watch = watchFd(fd, () => {
      calls++;
      read();
    });
    await turns();
    expect(calls).toBe(0);
    for (let bytes = 0; bytes < 3; bytes++) write();
    while (calls < 3) await turns();
    await turns();
    expect(calls).toBe(3);
  });

  it('does not call back after close(), which can be called twice, and from the callback', async () => {
    let calls = 0;
    watch = watchFd(fd, () => {
      calls++;
      watch?.close();
      watch?.close();
    });
    write();
    while (calls === 0) await turns();
    await turns();
    expect(calls).toBe(1);
  });

  it('leaves the descriptor open', () => {
    watchFd(fd, () => undefined).close();
    write();
    expect(read()).toBe(1);
  });

  describe('in a process of its own', () => {
    const run = (code: string) => {
      const script = `
        import { openSync, writeSync, readSync } from 'node:fs';
        import { watchFd } from ${JSON.stringify(FFI)};
        const fd = openSync(${JSON.stringify(fifo)}, 'r+');
        const read = () => readSync(fd, Buffer.alloc(1));
        ${code}`;
      const options = { encoding: 'utf8', timeout: seconds(10) } as const;
      const parameters = ['--expose-gc', '--input-type=module', '-e', script];
      const { status, stdout, stderr } = spawnSync(process.execPath, parameters, options);
      return { status, stdout, stderr };
    };

    it('keeps the event loop alive until it is closed', () => {
      const code = `
        const watch = watchFd(fd, () => { console.log('read', read()); watch.close(); });
        setTimeout(() => writeSync(fd, 'x'), 50).unref();
        process.on('exit', () => console.log('exit'));`;
      expect(run(code)).toEqual({ status: 0, stdout: 'read 1\nexit\n', stderr: '' });
    });

    it('is not collected while nobody refers to it', () => {
      const code = `
        watchFd(fd, () => { console.log('called'); process.exit(); });
        for (let round = 0; round < 10; round++) { gc(); await new Promise(setImmediate); }
        writeSync(fd, 'x');
        setTimeout(() => console.log('not called'), 5000);`;
      expect(run(code)).toEqual({ status: 0, stdout: 'called\n', stderr: '' });
    });

    it('runs what the callback leaves in promises, though nothing else happens', () => {
      const code = `
        watchFd(fd, () => {
          read();
          process.nextTick(() => console.log('tick'));
          void Promise.resolve().then(() => { console.log('promise'); process.exit(); });
        });
        writeSync(fd, 'x');`;
      expect(run(code)).toEqual({ status: 0, stdout: 'tick\npromise\n', stderr: '' });
    });

    it('makes an exception of the callback an uncaught one', () => {
      const code = `
        const watch = watchFd(fd, () => { read(); throw new Error('from the callback'); });
        process.on('uncaughtException', ({ message }) => { console.log(message); watch.close(); });
        writeSync(fd, 'x');`;
      expect(run(code)).toEqual({ status: 0, stdout: 'from the callback\n', stderr: '' });
    });
  });
});
