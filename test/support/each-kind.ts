/** A server of each kind of destination, which goes away and comes back, and tells what it got. */
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { untilSo } from './folder-changes.js';
import { IcingaServer, type Processed } from '../../rig/servers/icinga-server.js';
import { ICINGAS, type Icinga } from '../../rig/servers/icingas.js';
import { NrdpReceiver, TOKEN } from '../../rig/servers/nrdp-receiver.js';
import { freePort, NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../../rig/servers/nsca-ng-server.js';

/** Those of the host gw01 that each of them knows. */
export const KNOWN = ['one', 'two', 'three'] as const;

/** A result as it came. */
export interface Come {
  readonly service: string;
  readonly returnCode: number;
  /** Its first line, without perfdata. */
  readonly text: string;
}

export interface Peer {
  /** The destination, as the configuration file has it. */
  readonly written: object;
  /** Takes results again, at the same place. */
  begin(): Promise<void>;
  /** Takes no more. */
  end(): Promise<void>;
  /** Ends, and leaves nothing behind. */
  stop(): Promise<void>;
  /** Waits for so many results, and gives them in the order in which they came. */
  until(count: number): Promise<readonly Come[]>;
}

export interface PeerKind {
  /** For the names of tests. */
  readonly name: string;
  /** What has a connection goes on with it when it ends. */
  readonly servesOn?: true;
  /**
   * @param folder for its files
   * @param services of gw01, which it knows
   */
  readonly start: (folder: string, services?: readonly string[]) => Promise<Peer>;
}

export const EACH_KIND: readonly PeerKind[] = [
  { name: 'nsca --single', start: (folder) => startNsca(folder, '--single') },
  { name: 'nsca --daemon', servesOn: true, start: (folder) => startNsca(folder, '--daemon') },
  { name: 'nsca-ng', start: startNscaNg },
  ...ICINGAS.map((icinga) => ({
    name: icinga.name,
    start: (folder: string, services?: readonly string[]) => startIcinga(folder, icinga, services),
  })),
  { name: 'a receiver of our own, as NRDP is', start: startNrdp },
  { name: 'a program', start: (folder) => Promise.resolve(new ProgramPeer(folder, ONCE, false)) },
  { name: 'a program that is kept', start: (folder) => Promise.resolve(new ProgramPeer(folder, KEPT, true)) },
];

async function startNsca(folder: string, mode: '--single' | '--daemon'): Promise<Peer> {
  const daemon = await NscaDaemon.start({ method: 14, mode });
  const secret = { encryption: 'rijndael-128', password_file: secretFile(folder, PASSWORD) };
  return {
    written: { type: 'nsca', server: '127.0.0.1', port: daemon.port, ...secret },
    begin: () => daemon.begin(),
    end: () => daemon.end(),
    stop: () => daemon.stop(),
    until: async (count) => (await daemon.until(count)).map(asCome),
  };
}

async function startNscaNg(folder: string, services: readonly string[] = KNOWN): Promise<Peer> {
  const server = await NscaNgServer.start({ authorize: authorizing('gw01', ...services) });
  const secret = { identity: 'gw01', key_file: secretFile(folder, NSCA_NG_KEY) };
  return {
    written: { type: 'nsca-ng', server: '127.0.0.1', port: server.port, ...secret },
    begin: () => server.begin(),
    end: () => server.end(),
    stop: () => server.stop(),
    until: async (count) => (await server.until(count)).map(asCome),
  };
}

async function startNrdp(folder: string): Promise<Peer> {
  const receiver = await NrdpReceiver.start();
  return {
    written: { type: 'nrdp', url: receiver.url, token_file: secretFile(folder, TOKEN) },
    begin: () => receiver.begin(),
    end: () => receiver.stop(),
    stop: () => receiver.stop(),
    until: async (count) =>
      (await receiver.until(count)).map(({ state, ...rest }) =>
        asCome({ ...rest, returnCode: Number(state) }),
      ),
  };
}

/** Without the freshness check, which makes results of its own. */
const passive = (names: readonly string[]) =>
  `object Host "gw01" { check_command = "passive"; enable_active_checks = false }
${names.map((name) => `object Service "${name}" { import "rlimit-service"; host_name = "gw01"; enable_active_checks = false }\n`).join('')}`;

async function startIcinga(
  folder: string,
  icinga: Icinga,
  services: readonly string[] = KNOWN,
): Promise<Peer> {
  const server = await IcingaServer.prepare(icinga);
  const { output, status } = server.check(`
object ApiUser "gw01" { password = "${PASSWORD}"; permissions = [ "actions/process-check-result" ] }
${passive(services)}`);
  if (status !== 0) throw new Error(output);
  const door = new Door(await freePort(), Number(new URL(server.url).port));
  const streams: (readonly Processed[])[] = [];
  let onResult: () => void = () => undefined;
  const begin = async () => {
    await server.start();
    // Nothing comes before somebody watches.
    streams.push(
      await server.watch(() => {
        onResult();
      }),
    );
    await door.open();
  };
  await begin();
  return {
    written: {
      type: 'icinga2',
      url: `https://127.0.0.1:${door.port}`,
      user: 'gw01',
      password_file: secretFile(folder, PASSWORD),
      ca_file: server.authority.ca,
      server_name: server.name,
    },
    begin,
    end: async () => {
      await server.end();
      await door.close();
    },
    stop: async () => {
      await door.close();
      await server.stop();
    },
    until: async (count) => {
      while (streams.flat().length < count) await new Promise<void>((resolve) => (onResult = resolve));
      return streams.flat().map(asCome);
    },
  };
}

/** A port that leads to another one while it is open: bytes go through as they are. */
class Door {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(
    readonly port: number,
    private readonly to: number,
  ) {}

  async open(): Promise<void> {
    this.#server = createServer((outside) => {
      const inside = connect(this.to, '127.0.0.1');
      for (const socket of [outside, inside]) {
        this.#sockets.add(socket);
        socket
          .on('error', () => undefined)
          .on('close', () => {
            this.#sockets.delete(socket);
            outside.destroy();
            inside.destroy();
          });
      }
      outside.pipe(inside).pipe(outside);
    }).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

const ONCE = '[ -e "$0/there" ] && cat >> "$0/lines"';
const KEPT = 'while read -r line; do [ -e "$0/there" ] || exit 1; printf "%s\\n" "$line" >> "$0/lines"; done';

/** A shell that writes down what it gets, and fails while a file is away. */
class ProgramPeer implements Peer {
  readonly written: object;
  readonly #folder: string;

  constructor(folder: string, script: string, keep: boolean) {
    this.#folder = join(folder, 'program');
    this.written = { type: 'program', run: ['/bin/sh', '-c', script, this.#folder], keep };
    mkdirSync(this.#folder);
    writeFileSync(join(this.#folder, 'lines'), '');
    writeFileSync(join(this.#folder, 'there'), '');
  }

  begin(): Promise<void> {
    writeFileSync(join(this.#folder, 'there'), '');
    return Promise.resolve();
  }

  end(): Promise<void> {
    rmSync(join(this.#folder, 'there'));
    return Promise.resolve();
  }

  /** Its folder is in that of the test. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  async until(count: number): Promise<readonly Come[]> {
    await untilSo(this.#folder, () => this.#lines().length >= count);
    return this.#lines().map((line) => {
      const [, service = '', code, output = ''] = line.split('\t');
      return asCome({ service, returnCode: Number(code), output });
    });
  }

  #lines(): string[] {
    return readFileSync(join(this.#folder, 'lines'), 'utf8').split('\n').slice(0, -1);
  }
}

function secretFile(folder: string, secret: string): string {
  const path = join(folder, 'secret');
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  return path;
}

/** Servers have the lines of an output apart, or written as one. */
function asCome(got: {
  readonly service: string;
  readonly returnCode: number;
  readonly output: string;
}): Come {
  const { service, returnCode, output } = got;
  return { service, returnCode, text: output.split(/ ?\||\\n|\n/)[0] ?? '' };
}
