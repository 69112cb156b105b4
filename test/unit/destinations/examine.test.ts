import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { examineBy } from '../../../src/destinations/examine.js';
import { examineDestination, type Examined } from '../../../src/destinations/index.js';
import type { DestinationKind } from '../../../src/destinations/kind.js';

const services = [{ host: 'gw01', service: 'broker fds' }];

describe('a destination that is asked', () => {
  interface Settings {
    readonly type: 'fake';
  }
  const kind = (parts: Partial<DestinationKind<Settings>>): DestinationKind<Settings> => ({
    type: 'fake',
    about: 'A fake',
    schema: () => z.object({ type: z.literal('fake') }),
    nameOf: () => 'fake',
    make: () => () => Promise.resolve([]),
    firstSteps: { asks: [{ key: 'server' }], delivered: 'was sent', central: 'nagios' },
    ...parts,
  });
  const ask = (parts: Partial<DestinationKind<Settings>>, longest?: number) =>
    examineBy(kind(parts), { type: 'fake' }, services, longest);

  it('answers for the services of the file', async () => {
    const answer: Examined = { status: 'ok', text: 'broker fds of gw01: may be submitted for' };
    const asked: unknown[] = [];
    const examine: DestinationKind<Settings>['examine'] = (...parameters) => {
      asked.push(...parameters.slice(0, 2));
      return Promise.resolve([answer]);
    };
    expect(await ask({ examine })).toEqual([answer]);
    expect(asked).toEqual([{ type: 'fake' }, services]);
  });

  it('and cannot be, says nothing', async () => {
    expect(await ask({})).toBeUndefined();
  });

  it('is not, if something is missing that the file speaks of', async () => {
    const make = () => {
      throw new Error('there is no such file');
    };
    const examine = () => Promise.reject(new Error('nobody asks'));
    expect(await ask({ make, examine })).toEqual([{ status: 'failed', text: 'there is no such file' }]);
  });

  it('and does not answer is given up', async () => {
    let signal: AbortSignal | undefined;
    const examine: DestinationKind<Settings>['examine'] = (_settings, _services, given) => {
      signal = given;
      return new Promise(() => undefined);
    };
    expect(await ask({ examine }, 50)).toEqual([{ status: 'failed', text: 'has not answered within 50ms' }]);
    expect(signal?.aborted).toBe(true);
  });
});

describe('an NSCA server that is asked', () => {
  let server: Server;
  let greet: (socket: Socket) => void;
  let sockets: Set<Socket>;

  beforeEach(async () => {
    sockets = new Set();
    server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      greet(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const ask = async () => {
    const { port } = server.address() as AddressInfo;
    const settings = {
      type: 'nsca',
      servers: ['127.0.0.1'],
      port,
      encryption: 'xor',
      packetSize: 4304,
    } as const;
    const { name, answers } = await examineDestination(settings, services);
    expect(name).toBe(`nsca 127.0.0.1:${port}`);
    return answers?.map(({ status, text }) => `${status}: ${text.replace(String(port), 'PORT')}`);
  };
  /** The first packet of nsca 2.10: 128 bytes of an initialization vector, and Unix time, big-endian. */
  const clockSet = (seconds: number) => (socket: Socket) => {
    const packet = Buffer.alloc(132);
    packet.writeUInt32BE(Math.floor(Date.now() / 1000) + seconds, 128);
    return socket.write(packet);
  };

  it.each([
    [0, 'its clock is as this one'],
    [7200, 'its clock is 2h ahead of this one'],
    [-7200, 'its clock is 2h behind this one'],
  ])('tells of its clock: %i s', async (seconds, clock) => {
    greet = clockSet(seconds);
    const [answer] = (await ask()) ?? [];
    // A second may have passed since.
    expect(answer?.replace('7199s', '2h').replace('7201s', '2h')).toBe(
      `ok: it is there, and ${clock}; NSCA answers nothing, so only results can prove the password and the encryption`,
    );
  });

  it('is told of if it is something else', async () => {
    greet = (socket) => socket.end('220 mail.example.org ESMTP\r\n');
    expect(await ask()).toEqual([
      'failed: 127.0.0.1 port PORT sent 28 bytes instead of an init packet of 132: is it an nsca daemon?',
    ]);
  });

  it('gets an end of the connection, and not a byte', async () => {
    const ended = new Promise<number>((resolve) => {
      greet = (socket) => {
        clockSet(0)(socket);
        socket.resume().on('end', () => {
          resolve(socket.bytesRead);
        });
      };
    });
    await ask();
    expect(await ended).toBe(0);
  });
});

describe('a program that is asked', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'examine-'));
    path = join(folder, 'send');
    writeFileSync(path, `#!/bin/sh\ntouch ${folder}/was-run\n`);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const ask = async (command: string) =>
    (await examineDestination({ type: 'program', run: [command, '--key=secret'], format: 'lines' }, services))
      .answers;
  const ok = (path: string) => ({
    status: 'ok',
    text: `${path} can be executed; it was not run, so only results can prove that it takes them`,
  });

  it('has to be there, and executable, and is not run', async () => {
    expect(await ask(path)).toEqual([{ status: 'failed', text: 'it may not be executed' }]);
    chmodSync(path, 0o755);
    expect(await ask(path)).toEqual([ok(path)]);
    expect(() => {
      rmSync(join(folder, 'was-run'));
    }).toThrow('ENOENT');
    expect(await ask(folder)).toEqual([{ status: 'failed', text: 'it may not be executed' }]);
    expect(await ask(join(folder, 'nothing'))).toEqual([
      { status: 'failed', text: 'there is no such program' },
    ]);
  });

  it('is looked for in PATH, where one that may not be executed is passed by', async () => {
    const before = process.env['PATH'];
    const empty = mkdtempSync(join(folder, 'empty-'));
    try {
      process.env['PATH'] = `${empty}:${folder}`;
      expect(await ask('send')).toEqual([{ status: 'failed', text: 'it may not be executed' }]);
      writeFileSync(join(empty, 'send'), '', { mode: 0o644 });
      chmodSync(path, 0o755);
      expect(await ask('send')).toEqual([ok(path)]);
      expect(await ask('sendd')).toEqual([{ status: 'failed', text: 'there is no such program' }]);
    } finally {
      process.env['PATH'] = before;
    }
  });
});
