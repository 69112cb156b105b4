import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync, watch } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(
    readonly port: number,
    folder: string,
    child: ChildProcess,
  ) {
    this.#folder = folder;
    this.#child = child;
  }

  static async start(options: {
    method: number;
    password: string;
    /** The pipe of a central server, which is to have the results; without one they are dumped. */
    commandFile?: string;
  }): Promise<NscaDaemon> {
    const folder = mkdtempSync(join(tmpdir(), 'nsca-'));
    const port = await freePort();
    const config = join(folder, 'nsca.cfg');
    writeFileSync(join(folder, 'dump'), '');
    writeFileSync(
      config,
      [
        'server_address=127.0.0.1',
        `server_port=${port}`,
        `command_file=${options.commandFile ?? join(folder, 'no-pipe')}`,
        `alternate_dump_file=${join(folder, 'dump')}`,
        `password=${options.password}`,
        `decryption_method=${options.method}`,
        'debug=0',
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
    const child = spawn('/usr/sbin/nsca', ['-c', config, '-f', '--single'], { stdio: 'ignore' });
    const daemon = new NscaDaemon(port, folder, child);
    await daemon.#listening();
    return daemon;
  }

  results(): DumpedResult[] {
    return readFileSync(join(this.#folder, 'dump'), 'utf8').split('\n').filter(Boolean).map(parseDumped);
  }

  /** Waits until so many results are there. */
  async until(count: number): Promise<DumpedResult[]> {
    const watcher = watch(join(this.#folder, 'dump'));
    try {
      while (this.results().length < count) await once(watcher, 'change');
      return this.results();
    } finally {
      watcher.close();
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exit;
    }
    if (existsSync(this.#folder)) rmSync(this.#folder, { recursive: true });
  }

  /** It says nowhere when it is ready, so that connecting is the only way to know. */
  async #listening(): Promise<void> {
    for (;;) {
      const socket = connect(this.port, '127.0.0.1');
      try {
        await once(socket, 'data');
        return;
      } catch {
        if (this.#child.exitCode !== null) throw new Error(`nsca ended with status ${this.#child.exitCode}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      } finally {
        socket.destroy();
      }
    }
  }
}

/** `[time] PROCESS_SERVICE_CHECK_RESULT;host;service;code;output` */
function parseDumped(line: string): DumpedResult {
  const [, host, service, code, ...output] = line.split(';');
  return { host: host ?? '', service: service ?? '', returnCode: Number(code), output: output.join(';') };
}

/** A port on loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
