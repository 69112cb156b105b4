import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IcingaServer } from '../../rig/servers/icinga-server.js';
import { NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { NSCA_NG_KEY, NscaNgServer } from '../../rig/servers/nsca-ng-server.js';
import { API_PASSWORD, type Keys } from '../destinations/peers.js';
import type { Workshop } from '../lib/workshop.js';
import { Arrivals } from './arrivals.js';

/** A gateway by its names on the server. */
export interface Named {
  readonly host: string;
  /** Of no other gateway, so that a name says whose it is. */
  readonly services: readonly string[];
}

/** A real server with its gateways' results. */
export interface FleetServer {
  readonly name: string;
  /** What it has of its own that a fleet meets. */
  readonly limits: string;
  readonly arrivals: Arrivals;
  /** The keys of a gateway's destination. */
  keys(gateway: Named): Keys;
  begin(): Promise<void>;
  end(): Promise<void>;
  /** Takes what has come. */
  look(): void;
}

export async function startNsca(workshop: Workshop): Promise<FleetServer> {
  const pipe = commandPipe(workshop, 'nsca.pipe');
  // As Debian runs it.
  const daemon = await NscaDaemon.start({ method: 14, mode: '--daemon', commandFile: pipe.path });
  workshop.atEnd(() => daemon.stop());
  const secret = secretFile(workshop, 'nsca.password', PASSWORD);
  return {
    ...pipe,
    name: 'nsca',
    limits:
      'a process for each connection, a backlog of 5 that it has not accepted, and what does not fit into the pipe at once (64 KiB as a rule, here 1 MiB) is dropped',
    keys: () => ({
      type: 'nsca',
      server: '127.0.0.1',
      port: daemon.port,
      encryption: 'rijndael-128',
      password_file: secret,
    }),
    begin: () => daemon.begin(),
    end: () => daemon.end(),
  };
}

export async function startNscaNg(workshop: Workshop, gateways: readonly Named[]): Promise<FleetServer> {
  const pipe = commandPipe(workshop, 'nsca-ng.pipe');
  const authorize = gateways.map(
    ({ host, services }) => `authorize "${host}" {
  password = "${NSCA_NG_KEY}"
  services = { ${services.map((service) => `"${service}@${host}"`).join(', ')} }
}`,
  );
  const server = await NscaNgServer.start({
    authorize: authorize.join('\n'),
    commandFile: pipe.path,
    logLevel: 3,
  });
  workshop.atEnd(() => server.stop());
  const key = secretFile(workshop, 'nsca-ng.key', NSCA_NG_KEY);
  return {
    ...pipe,
    name: 'nsca-ng',
    limits:
      'one process, which hangs up after 60 s of silence; a descriptor for each connection, of which its unit in Debian allows 1,024 unless LimitNOFILE says more',
    keys: ({ host }) => ({
      type: 'nsca-ng',
      server: '127.0.0.1',
      port: server.port,
      identity: host,
      key_file: key,
    }),
    begin: () => server.begin(),
    end: () => server.end(),
  };
}

/** Milliseconds for which somebody listens to what it processes: longer than a whole run. */
const LISTENING = 3_600_000;

export async function startIcinga(workshop: Workshop, gateways: readonly Named[]): Promise<FleetServer> {
  const server = await IcingaServer.prepare();
  workshop.atEnd(() => server.stop());
  const { status, output } = server.check(gateways.map(definitions).join(''));
  if (status !== 0) throw new Error(output);
  const arrivals = new Arrivals();
  const begin = async () => {
    await server.start();
    await server.watch(({ service, returnCode, output: text }) => {
      arrivals.take(service, returnCode, text);
    }, LISTENING);
  };
  await begin();
  const password = secretFile(workshop, 'api.password', API_PASSWORD);
  return {
    arrivals,
    name: 'Icinga 2',
    limits: 'it reads its configuration before it listens, and takes connections meanwhile no more',
    keys: ({ host }) => ({
      type: 'icinga2',
      url: server.url,
      user: host,
      password_file: password,
      ca_file: server.authority.ca,
      server_name: server.name,
    }),
    begin,
    end: () => server.end(),
    // It tells by itself.
    look: () => undefined,
  };
}

function definitions({ host, services }: Named): string {
  const service = (name: string) =>
    `object Service "${name}" { import "rlimit-service"; host_name = "${host}" }\n`;
  return `
object ApiUser "${host}" { password = "${API_PASSWORD}"; permissions = [ "actions/process-check-result" ] }
object Host "${host}" { check_command = "passive"; enable_active_checks = false }
${services.map(service).join('')}`;
}

/**
 * Reads a pipe with room for 1 MiB: nsca drops what it cannot write at once (findings/nsca-drops-on-a-full-pipe.sh), and
 * this is about gateways, not about how soon a busy machine lets somebody read.
 */
const READER = `
open(my $pipe, '+<', $ARGV[0]) or die;
fcntl($pipe, 1031, 1 << 20) or die; # F_SETPIPE_SZ
while (sysread($pipe, my $text, 1 << 16)) { syswrite(STDOUT, $text) }`;

/** A pipe in the place of that of Nagios, and what is read from it. */
function commandPipe(workshop: Workshop, name: string) {
  const path = join(workshop.folder, name);
  execFileSync('mkfifo', [path]);
  const arrivals = new Arrivals();
  const reader = workshop.program('perl', '-e', READER, path);
  const look = () => {
    // The lines are let go of: there are many.
    for (const line of reader.stdout.splice(0)) {
      const [, , service = '', code, ...output] = line.split(';');
      arrivals.take(service, Number(code), output.join(';'));
    }
  };
  return { path, arrivals, look };
}

function secretFile(workshop: Workshop, name: string, secret: string): string {
  const file = join(workshop.folder, name);
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return file;
}
