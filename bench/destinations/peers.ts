import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority, type Issued } from '../../rig/servers/authority.js';
import { IcingaServer } from '../../rig/servers/icinga-server.js';
import { TOKEN } from '../../rig/servers/nrdp-receiver.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../../rig/servers/nsca-ng-server.js';
import type { Workshop } from '../lib/workshop.js';
import { HOST, SERVICE } from './result.js';

/** The keys of a destination in the configuration file. */
export type Keys = Readonly<Record<string, unknown>> & { readonly type: string };

/** Debian's nsca-ng server. */
export async function startNscaNg(workshop: Workshop) {
  const server = await NscaNgServer.start({ authorize: authorizing(HOST, SERVICE), logLevel: 3 });
  workshop.atEnd(() => server.stop());
  const { port } = server;
  const keys: Keys = {
    type: 'nsca-ng',
    server: '127.0.0.1',
    port,
    identity: HOST,
    key_file: secretIn(workshop, 'nsca-ng.key', NSCA_NG_KEY),
  };
  return { server, keys };
}

export const API_PASSWORD = 'not a secret';

/** Debian's Icinga 2, which knows the service. */
export async function startIcinga(workshop: Workshop) {
  const server = await IcingaServer.prepare();
  workshop.atEnd(() => server.stop());
  const { status, output } = server.check(`
object ApiUser "${HOST}" { password = "${API_PASSWORD}"; permissions = [ "actions/process-check-result" ] }
object Host "${HOST}" { check_command = "passive"; enable_active_checks = false }
object Service "${SERVICE}" { import "rlimit-service"; host_name = "${HOST}" }
`);
  if (status !== 0) throw new Error(output);
  await server.start();
  const keys: Keys = {
    type: 'icinga2',
    url: server.url,
    user: HOST,
    password_file: secretIn(workshop, 'api.password', API_PASSWORD),
    ca_file: server.authority.ca,
    server_name: server.name,
  };
  return { server, keys };
}

/** The tests' receiver in the place of NRDP, which Debian has not. */
export async function startNrdp(workshop: Workshop) {
  const { authority, issued } = certificateIn(workshop);
  const receiver = await workshop.node('nrdp-receiver', issued.cert, issued.key);
  const port = Number(await receiver.ask('port'));
  const keys: Keys = {
    type: 'nrdp',
    url: `https://127.0.0.1:${port}/nrdp/`,
    token_file: secretIn(workshop, 'nrdp.token', TOKEN),
    ca_file: authority.ca,
    server_name: NRDP_NAME,
  };
  return { port, caFile: authority.ca, keys };
}

export const NRDP_NAME = 'mon1';

function certificateIn(workshop: Workshop): { authority: Authority; issued: Issued } {
  const folder = join(workshop.folder, 'authority');
  mkdirSync(folder);
  const authority = new Authority(folder);
  return { authority, issued: authority.issue(NRDP_NAME) };
}

function secretIn(workshop: Workshop, name: string, secret: string): string {
  const file = join(workshop.folder, name);
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return file;
}
