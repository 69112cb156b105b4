import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { askStatus, serveStatus, type AgentStatus, type StatusServer } from '../../../src/control/index.js';

const STATUS: AgentStatus = {
  version: '1.2.3',
  pid: 42,
  since: 1_700_000_000_000,
  attach: 'fentry',
  missedLooks: 0,
  lost: {},
  host: 'gw01',
  services: [],
  destinations: [{ name: 'nsca 192.0.2.1:5667', waiting: 3, lastError: 'refused' }],
};

describe('the status socket', () => {
  let folder: string;
  let path: string;
  const servers: StatusServer[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'control-'));
    path = join(folder, 'run', 'status.sock');
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    rmSync(folder, { recursive: true });
  });

  const serve = async (status: () => AgentStatus | Promise<AgentStatus> = () => STATUS) => {
    const server = await serveStatus(path, status);
    servers.push(server);
    return server;
  };
  const connected = async () => {
    const socket = connect(path);
    await once(socket, 'connect');
    return socket;
  };
  const code = async (asked: Promise<unknown>) =>
    asked.then(
      () => 'nothing',
      (error: unknown) => (error as { code: string }).code,
    );

  it('answers each with what is true then, in a directory that it makes', async () => {
    let pid = 0;
    await serve(() => ({ ...STATUS, pid: ++pid }));
    expect(await askStatus(path)).toEqual({ ...STATUS, pid: 1 });
    expect(await Promise.all([askStatus(path), askStatus(path)])).toHaveLength(2);
    expect(pid).toBe(3);
  });

  it('is one JSON document and a newline, whatever was sent', async () => {
    await serve();
    const socket = await connected();
    socket.write('GET / HTTP/1.0\r\n\r\n'.repeat(100_000));
    expect(await text(socket)).toBe(`${JSON.stringify(STATUS)}\n`);
  });

  it('is for the owner and the group', async () => {
    await serve();
    expect((statSync(path).mode & 0o777).toString(8)).toBe('660');
    expect((statSync(join(folder, 'run')).mode & 0o777).toString(8)).toBe('755');
  });

  it('is gone when it is closed, and takes its place again', async () => {
    await (await serve()).close();
    servers.pop();
    expect(existsSync(path)).toBe(false);
    await serve();
    expect(await askStatus(path)).toEqual(STATUS);
  });

  it('is refused where another answers', async () => {
    await serve();
    expect(await code(serveStatus(path, () => STATUS))).toBe('in-use');
    expect(await askStatus(path)).toEqual(STATUS);
  });

  it('replaces one that nobody answers at', async () => {
    const dead = join(folder, 'dead.sock');
    const server: Server = createServer().listen(dead);
    await once(server, 'listening');
    // Node takes a socket away when it closes it; an agent that was killed cannot.
    mkdirSync(join(folder, 'run'));
    linkSync(dead, path);
    server.close();
    await once(server, 'close');
    expect(await code(askStatus(path))).toBe('no-answer');
    await serve();
    expect(await askStatus(path)).toEqual(STATUS);
  });

  it('does not replace what is no socket', async () => {
    path = join(folder, 'file');
    writeFileSync(path, 'precious');
    expect(await code(serveStatus(path, () => STATUS))).toBe('cannot-listen');
    expect(statSync(path).size).toBe(8);
  });

  it('is refused under a path that is longer than a socket can have', async () => {
    path = join(folder, 'x'.repeat(108));
    expect(await code(serveStatus(path, () => STATUS))).toBe('cannot-listen');
    await expect(askStatus(path)).rejects.toThrow('longer than the 107 bytes');
  });

  it.each(['/proc/nowhere/status.sock', '/nonexistent/run/status.sock'])(
    'cannot be made at %s',
    async (nowhere) => {
      expect(await code(serveStatus(nowhere, () => STATUS))).toBe('cannot-listen');
    },
  );

  it('cannot be made below a file', async () => {
    writeFileSync(join(folder, 'run'), '');
    expect(await code(serveStatus(path, () => STATUS))).toBe('cannot-listen');
  });

  it('goes on when one that asked does not read, goes away, or asks too many at once', async () => {
    const name = 'x'.repeat(4_000_000);
    await serve(() => ({ ...STATUS, host: name }));
    const silent: Socket[] = [];
    for (let count = 0; count < 8; count++) silent.push((await connected()).pause());
    for (let count = 0; count < 8; count++) (await connected()).destroy();
    expect((await askStatus(path)).host).toHaveLength(name.length);
    for (let count = 0; count < 20; count++) silent.push((await connected()).pause());
    for (const socket of silent) {
      socket.on('error', () => undefined);
      socket.destroy();
    }
    while ((await code(askStatus(path))) !== 'nothing');
  });

  it('cuts off whom it is answering when it is closed', async () => {
    let asked: () => void = () => undefined;
    const question = new Promise<void>((resolve) => (asked = resolve));
    const server = await serve(() => {
      asked();
      return new Promise<never>(() => undefined);
    });
    const answer = code(askStatus(path));
    await question;
    await server.close();
    servers.pop();
    expect(await answer).toBe('bad-answer');
  });

  it('answers nothing where the status cannot be told', async () => {
    await serve(() => {
      throw new Error('on purpose');
    });
    expect(await code(askStatus(path))).toBe('bad-answer');
  });

  it.each([
    ['nobody', () => undefined, 'no-answer'],
    [
      'a file',
      () => {
        writeFileSync(path, '');
      },
      'no-answer',
    ],
  ])('to ask %s is an error that says what to do', async (_what, prepare, expected) => {
    path = join(folder, 'status.sock');
    prepare();
    expect(await code(askStatus(path))).toBe(expected);
    await expect(askStatus(path)).rejects.toThrow(
      `no agent answers at ${path}; is it running? start it with`,
    );
  });
});
