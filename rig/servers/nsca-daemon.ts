import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const PASSWORD = 'the password of this test';

export interface NscaDaemonOptions {
  /** `decryption_method`. */
  readonly method: number;
  readonly password?: string;
  /** One process for all connections, or one for each. Default: `--single`. */
  readonly mode?: '--single' | '--daemon';
  /** The pipe of a central server, which is to have the results; without one they are dumped. */
  readonly commandFile?: string;
  /** On loopback. Default: 127.0.0.1. */
  readonly address?: string;
  /** Default: any that is free. */
  readonly port?: number;
}

/** A result as the daemon wrote it down for Nagios. */
export interface DumpedResult {
  readonly host: string;
  readonly service: string;
  readonly returnCode: number;
  readonly output: string;
}

/**
 * Debian's nsca daemon on loopback, in a folder of its own. There is no Nagios: it writes what it would
 * put into the command pipe to its alternate dump file.
 */
export class NscaDaemon {
  readonly #started = Math.floor(Date.now() / 1000);
  readonly #mode: string;
  readonly #address: string;
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    { method, password = PASSWORD, mode = '--single', commandFile, address = '127.0.0.1' }: NscaDaemonOptions,
  ) {
    this.#mode = mode;
    this.#address = address;
    writeFileSync(this.#dump, '');
    writeFileSync(
      join(folder, 'nsca.cfg'),
      [
        `server_address=${address}`,
        `server_port=${port}`,
        `command_file=${commandFile ?? join(folder, 'no-pipe')}`,
        `alternate_dump_file=${this.#dump}`,
        `password=${password}`,
        `decryption_method=${method}`,
        'debug=0',
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
  }

  static async start(options: NscaDaemonOptions): Promise<NscaDaemon> {
    const daemon = new NscaDaemon(
      options.port ?? (await freePort()),
      mkdtempSync(join(tmpdir(), 'nsca-')),
      options,
    );
    try {
      await daemon.begin();
      return daemon;
    } catch (error) {
      await daemon.stop();
      throw error;
    }
  }

  get #dump(): string {
    return join(this.folder, 'dump');
  }

  /** Takes connections, again if need be: on the same port, with what it has written. */
  async begin(): Promise<void> {
    const child = spawn('/usr/sbin/nsca', ['-c', join(this.folder, 'nsca.cfg'), '-f', this.#mode], {
      stdio: 'ignore',
    });
    this.#child = child;
    await listening(child, this.port, this.#address);
  }

  /** Takes no more connections. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  }

  /** To the daemon; with `--daemon`, not to its processes that serve a connection. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends, and leaves nothing behind. */
  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true });
  }

  results(): DumpedResult[] {
    return this.#lines().map(parseDumped);
  }

  /** Waits until so many results are there. */
  async until(count: number): Promise<DumpedResult[]> {
    return (await this.#linesOf(count)).map(parseDumped);
  }

  /** Waits until what it has written is so. Whoever reads again, to wait for more, misses what has come in between. */
  async untilSo(isSo: (results: readonly DumpedResult[]) => boolean): Promise<void> {
    const last = (lines: readonly string[]) => lines.at(-1)?.slice(0, 120) ?? 'nothing';
    await this.#linesThat(
      (lines) => isSo(lines.map(parseDumped)),
      (lines) =>
        `nsca has written ${lines.length} results, which are not what is waited for; the last: ${last(lines)}`,
    );
  }

  /** Waits for so many lines, and gives them byte for byte, but for their times: those are checked. */
  async commands(count: number): Promise<string[]> {
    return (await this.#linesOf(count)).map((line) => withoutTime(line, this.#started));
  }

  /** Those that are complete, with their ends. */
  #lines(): string[] {
    return readFileSync(this.#dump, 'utf8')
      .split(/(?<=\n)/)
      .filter((line) => line.endsWith('\n'));
  }

  #linesOf(count: number): Promise<string[]> {
    return this.#linesThat(
      (lines) => lines.length >= count,
      (lines) => `nsca has written ${lines.length} results, and not ${count}`,
    );
  }

  /** It may still be at work on what was sent: some of libmcrypt's ciphers take milliseconds for a packet. */
  async #linesThat(
    areSo: (lines: readonly string[]) => boolean,
    otherwise: (lines: readonly string[]) => string,
  ): Promise<string[]> {
    const watcher = watch(this.folder);
    const signal = AbortSignal.timeout(20_000);
    try {
      for (;;) {
        const changed = once(watcher, 'change', { signal });
        const lines = this.#lines();
        if (areSo(lines)) {
          changed.catch(() => undefined);
          return lines;
        }
        await changed;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Error(otherwise(this.#lines()), { cause: error });
    } finally {
      watcher.close();
    }
  }
}

/** For as long as `use` runs. */
export async function withNscaDaemon(
  options: NscaDaemonOptions,
  use: (daemon: NscaDaemon) => Promise<void>,
): Promise<void> {
  const daemon = await NscaDaemon.start(options);
  try {
    await use(daemon);
  } finally {
    await daemon.stop();
  }
}

/** `[time] PROCESS_SERVICE_CHECK_RESULT;host;service;code;output` */
function parseDumped(line: string): DumpedResult {
  const [, host = '', service = '', code, ...output] = line.slice(0, -1).split(';');
  return { host, service, returnCode: Number(code), output: output.join(';') };
}

function withoutTime(line: string, started: number): string {
  const [stamp, time] = /^\[(\d+)\] /.exec(line) ?? [];
  if (stamp === undefined || Number(time) < started || Number(time) > Date.now() / 1000) {
    throw new Error(`the time of this line is wrong: ${line.slice(0, 80)}`);
  }
  return line.slice(stamp.length);
}

/** It says nowhere when it is ready; a connection that is accepted does. */
async function listening(daemon: ChildProcess, port: number, address: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (daemon.exitCode !== null) throw new Error(`nsca ended with status ${daemon.exitCode}; see syslog`);
    const socket = connect(port, address);
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

/** A port on loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
