import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../programs/command.js';
import { freePort, type DumpedResult } from './nsca-daemon.js';

export const NSCA_NG_KEY = 'a key of this test';

export interface NscaNgServerOptions {
  /** Its `authorize` sections. */
  readonly authorize: string;
  /** The pipe of a central server, which is to have the results; without one they are read here. */
  readonly commandFile?: string;
  /** The newest version of TLS. */
  readonly tls?: 'TLSv1.2' | 'TLSv1.3';
  /** Seconds that a connection may be silent. */
  readonly timeout?: number;
  /** 3: each command; 4, the default: its dialogues. */
  readonly logLevel?: 3 | 4;
  /** On loopback. Default: 127.0.0.1. */
  readonly address?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** What the reader says when it has the pipe. */
const READING = 'reading';

/** One section, which permits these services of the host gw01. */
export const authorizing = (identity: string, ...services: readonly string[]): string =>
  `authorize "${identity}" {
    password = "${NSCA_NG_KEY}"
    services = { ${services.map((service) => `"${service}@gw01"`).join(', ')} }
}`;

/** Debian's nsca-ng server on loopback, in a folder of its own. */
export class NscaNgServer {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #reader: Program | undefined;
  #server: Program | undefined;

  private constructor(
    readonly port: number,
    { authorize, commandFile, tls, timeout = 60, logLevel = 4, address = '127.0.0.1' }: NscaNgServerOptions,
  ) {
    this.#folder = mkdtempSync(join(tmpdir(), 'nsca-ng-'));
    mkdirSync(this.#file('spool'));
    if (commandFile === undefined) this.#read(this.#file('pipe'));
    writeFileSync(
      this.#file('nsca-ng.cfg'),
      `command_file = "${commandFile ?? this.#file('pipe')}"
temp_directory = "${this.#file('spool')}"
listen = "${address}:${port}"
log_level = ${logLevel}
timeout = ${timeout}.0
${authorize}
`,
      { mode: 0o600 },
    );
    this.#environment = tls === undefined ? {} : { OPENSSL_CONF: this.#atMost(tls) };
  }

  static async start(options: NscaNgServerOptions): Promise<NscaNgServer> {
    const server = new NscaNgServer(options.port ?? (await freePort()), options);
    try {
      // Before the server, which otherwise looks for a reader every ten seconds only.
      await server.#reader?.until(() => server.#reader?.stdout[0] === READING);
      await server.begin();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Takes connections, again if need be, on the same port. */
  async begin(): Promise<void> {
    const server = new Program('nsca-ng', ['-F', '-c', this.#file('nsca-ng.cfg')], this.#environment);
    this.#server = server;
    await server.until(() => server.stderr.some((line) => line.includes('starting up')));
  }

  /** Takes no more connections. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#server?.signal(signal);
    await this.#server?.finished();
  }

  /** Rereads its file, as its manual has it: it begins anew, with the same process, and forgets what it was told. */
  async reload(): Promise<void> {
    const server = this.#server;
    const starts = () => server?.stderr.filter((line) => line.includes('starting up')).length ?? 0;
    const before = starts();
    server?.signal('SIGHUP');
    await server?.until(() => starts() > before);
  }

  /** Ends, and leaves nothing behind. */
  async stop(): Promise<void> {
    await this.end();
    this.#reader?.signal('SIGKILL');
    await this.#reader?.finished();
    rmSync(this.#folder, { recursive: true });
  }

  /** What it has said, its dialogues with clients among it. */
  get log(): readonly string[] {
    return this.#server?.stderr ?? [];
  }

  /** Waits until it says so. */
  async says(text: string): Promise<void> {
    await this.#server?.until(() => this.log.some((line) => line.includes(text)));
  }

  /** What has come so far, as it is for Nagios. */
  results(): DumpedResult[] {
    return this.#commands().map(parseCommand);
  }

  /** Waits for so many results, and gives them as they are for Nagios. */
  async until(count: number): Promise<DumpedResult[]> {
    return (await this.commands(count)).map(parseCommand);
  }

  /** Waits until what has come is so. */
  async untilSo(isSo: (results: readonly DumpedResult[]) => boolean): Promise<void> {
    await this.#reading().until(() => isSo(this.results()));
  }

  /** Waits for so many commands, and gives them without their times. */
  async commands(count: number): Promise<string[]> {
    const reader = this.#reading();
    await reader.until(() => reader.stdout.length > count);
    return this.#commands();
  }

  #reading(): Program {
    if (!this.#reader) throw new Error('the commands are read by a central server');
    return this.#reader;
  }

  #commands(): string[] {
    return this.#reader?.stdout.slice(1).map((line) => line.replace(/^\[\d+\] /, '')) ?? [];
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  #read(pipe: string): void {
    execFileSync('mkfifo', [pipe]);
    this.#reader = new Program('sh', ['-c', `exec <>"$0" && echo ${READING} && exec cat`, pipe]);
  }

  /** What the server leaves to OpenSSL. */
  #atMost(version: string): string {
    const file = this.#file('openssl.cnf');
    writeFileSync(
      file,
      `openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
MaxProtocol = ${version}
`,
    );
    return file;
  }
}

/** `PROCESS_SERVICE_CHECK_RESULT;host;service;code;output` */
function parseCommand(line: string): DumpedResult {
  const [, host = '', service = '', code, ...output] = line.split(';');
  return { host, service, returnCode: Number(code), output: output.join(';') };
}
