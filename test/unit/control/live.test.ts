import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  followStatus,
  livePath,
  newCrossings,
  serveLive,
  type LiveServer,
  type LiveStatus,
} from '../../../src/control/index.js';

const status = (pid: number, host = 'gw01'): LiveStatus => ({
  ...{ version: '1.2.3', pid, since: 0, attach: 'fentry', missedLooks: 0, lost: {}, host },
  ...{ services: [], destinations: [], crossings: [] },
});

it('has as new crossings those that came since, also when the clock was set', () => {
  const crossing = (arrival: number, time: number) => ({
    ...{ service: 'broker fds', resource: 'nofile' as const, state: 'OK' as const },
    ...{ arrival, time },
  });
  const before = { ...status(1), crossings: [crossing(-1, 1.6e12), crossing(0, 30_000)] };
  const now = { ...before, crossings: [crossing(0, 1.7e12), crossing(1, 1.7e12 + 5000)] };
  expect(newCrossings(status(1), before)).toEqual(before.crossings);
  expect(newCrossings(before, now)).toEqual(now.crossings.slice(1));
});

describe('the live view of an agent', () => {
  let folder: string;
  let socket: string;
  let server: LiveServer | undefined;
  let stop: (() => void) | undefined;
  let other: Server | undefined;
  /** How often it was asked what is true now. */
  let asked: number;
  /** What was told, in order, and who waits for more of it. */
  let told: (string | number)[];
  let wake: () => void;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'live-'));
    socket = join(folder, 'status.sock');
    asked = 0;
    told = [];
  });

  afterEach(async () => {
    stop?.();
    await server?.close();
    other?.close();
    server = stop = other = undefined;
    rmSync(folder, { recursive: true });
  });

  const serve = async (host?: string) => {
    server = await serveLive(livePath(socket), () => status(++asked, host));
    return server;
  };
  const follow = (patience?: number) => {
    const tell = (what: string | number) => {
      told.push(what);
      wake();
    };
    stop = followStatus(
      socket,
      {
        onStatus: ({ pid }) => {
          tell(pid);
        },
        onHanging: (hangs) => {
          tell(hangs ? 'hangs' : 'answers');
        },
        onEnd: ({ message }) => {
          tell(message.replaceAll(folder, ''));
        },
      },
      patience,
    );
  };
  const until = async (what: string | number) => {
    while (!told.includes(what)) await new Promise<void>((resolve) => (wake = resolve));
  };

  it('is told at once and after each change, several of which are one', async () => {
    const { changed } = await serve();
    follow();
    await until(1);
    changed();
    changed();
    await until(2);
    changed();
    await until(3);
    expect(told).toEqual([1, 2, 3]);
  });

  it('costs nothing while nobody looks: no question, and no timer', async () => {
    const { changed } = await serve();
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    changed();
    expect({ asked, timers: timers() }).toEqual({ asked: 0, timers: before });
  });

  it('is at its end when the agent is, or is not there at all', async () => {
    const { close } = await serve();
    follow();
    await until(1);
    await close();
    await until('the agent at /status.sock has ended');
    told = [];
    follow();
    await until(
      'no agent answers at /status.sock; is it running? start it with check_rlimit_passive -c FILE, or give its --socket',
    );
    expect(told).toHaveLength(1);
  });

  it('is at its end where its path is too long, but not before the function that ends it is there', async () => {
    socket = join(folder, 'x'.repeat(110));
    follow();
    expect(told).toEqual([]);
    const path = `/${'x'.repeat(110)}.live`;
    await until(
      `the status socket ${path} is longer than the 107 bytes of a socket's path: name a shorter one`,
    );
  });

  it('asks an agent that is silent, which answers although nothing has happened', async () => {
    await serve();
    let heard = '';
    const viewer = connect(livePath(socket)).setEncoding('utf8');
    viewer.on('data', (text: string) => (heard += text));
    while (!heard.endsWith('\n')) await once(viewer, 'data');
    viewer.write('\n');
    while (!heard.endsWith('\n\n')) await once(viewer, 'data');
    viewer.destroy();
    expect(asked).toBe(1);
  });

  it('tells when an agent hangs, and when it does no more', async () => {
    // It takes connections, and says what it is told to.
    let say: (text: string) => void = () => undefined;
    other = createServer((connection) => {
      connection.resume().on('error', () => undefined);
      say = (text) => connection.write(text);
    }).listen(livePath(socket));
    await once(other, 'listening');
    const connected = once(other, 'connection');
    follow(50);
    await connected;
    await until('hangs');
    say(`${JSON.stringify(status(7))}\n`);
    await until(7);
    expect(told).toEqual(['hangs', 'answers', 7]);
    told = [];
    await until('hangs');
    say('{"services":1}\n');
    await until(`what answers at ${livePath('/status.sock')} is no agent of this kind`);
  });

  it('waits for nobody who does not look, and has the newest when he does', async () => {
    const { changed } = await serve('x'.repeat(4_000_000));
    const lazy = connect(livePath(socket)).setEncoding('utf8').pause();
    await once(lazy, 'connect');
    follow();
    for (let last = 0; last < 4; last++) {
      const seen = told.length;
      changed();
      while (told.length === seen) await new Promise<void>((resolve) => (wake = resolve));
    }
    let lines = 0;
    lazy.on('data', (part: string) => (lines += part.split('\n').length - 1)).resume();
    // The first, and the newest: what was between was for nobody.
    while (lines < 2) await once(lazy, 'data');
    lazy.destroy();
    expect(lines).toBe(2);
    expect(asked).toBeGreaterThan(4);
  });
});
