import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const SECRET = 'the password of this test';

export interface Daemon {
  readonly port: number;
  /**
   * Waits until it has written so many lines for Nagios, and gives them with their ends. Their times are checked
   * and taken off.
   */
  commands(count: number): Promise<string[]>;
}

/** Debian's nsca in the foreground, on the loopback, for as long as `use` runs. */
export async function withDaemon(
  method: number,
  mode: '--single' | '--daemon',
  use: (daemon: Daemon) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const port = await freePort();
    const started = Math.floor(Date.now() / 1000);
    const dump = join(directory, 'dump');
    await writeFile(
      join(directory, 'nsca.cfg'),
      [
        'server_address=127.0.0.1',
        `server_port=${port}`,
        `command_file=${join(directory, 'no-command-file')}`,
        `alternate_dump_file=${dump}`,
        `password=${SECRET}`,
        `decryption_method=${method}`,
        '',
      ].join('\n'),
    );
    const daemon = spawn('/usr/sbin/nsca', ['-c', join(directory, 'nsca.cfg'), '-f', mode], {
      stdio: 'ignore',
    });
    try {
      await listening(daemon, port);
      await use({
        port,
        commands: async (count) => withoutTimes(await readLines(dump, count), started),
      });
    } finally {
      await ended(daemon);
    }
  });
}

/** send_nsca with a text for its standard input. Gives its exit status, null when a signal ended it. */
export async function sendNsca(
  {
    port,
    method,
    password = SECRET,
    options = [],
  }: { port: number; method: number; password?: string; options?: string[] },
  input: string,
): Promise<number | null> {
  return withDirectory(async (directory) => {
    const config = join(directory, 'send_nsca.cfg');
    await writeFile(config, `password=${password}\nencryption_method=${method}\n`);
    const sender = spawn(
      '/usr/sbin/send_nsca',
      ['-H', '127.0.0.1', '-p', String(port), '-c', config, ...options],
      {
        stdio: ['pipe', 'ignore', 'inherit'],
      },
    );
    sender.stdin.on('error', () => undefined).end(input);
    try {
      const [status] = (await once(sender, 'exit', { signal: AbortSignal.timeout(10_000) })) as [
        number | null,
      ];
      return status;
    } finally {
      await ended(sender);
    }
  });
}

async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'nsca-peer-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** nsca says nothing when it is ready; a connection that is accepted does. */
async function listening(daemon: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (daemon.exitCode !== null) throw new Error(`nsca ended with ${daemon.exitCode}; see syslog`);
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await pause(10);
    } finally {
      socket.destroy();
    }
  }
  throw new Error('nsca does not listen');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}

/** A daemon may still be at work on what was sent: some of libmcrypt's ciphers take milliseconds for a packet. */
async function readLines(path: string, count: number): Promise<string[]> {
  const watcher = watch(dirname(path));
  const signal = AbortSignal.timeout(20_000);
  try {
    for (;;) {
      const changed = once(watcher, 'change', { signal });
      const lines = (await readFile(path, 'utf8')).split(/(?<=\n)/);
      if (lines.length > count || (lines.length === count && lines.at(-1)?.endsWith('\n') === true)) {
        changed.catch(() => undefined);
        return lines;
      }
      await changed;
    }
  } finally {
    watcher.close();
  }
}

const withoutTimes = (lines: readonly string[], started: number): string[] =>
  lines.map((line) => {
    const [stamp, time] = /^\[(\d+)\] /.exec(line) ?? [];
    if (stamp === undefined || Number(time) < started || Number(time) > Date.now() / 1000) {
      throw new Error(`the time of this line is wrong: ${line.slice(0, 80)}`);
    }
    return line.slice(stamp.length);
  });
