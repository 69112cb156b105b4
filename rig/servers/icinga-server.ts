import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { Authority } from './authority.js';
import { stateNames, type CentralServer, type CentralStatus } from './central-server.js';
import type { Program } from '../programs/command.js';
import { dumping, INSTALLED, programOf, type Icinga } from './icingas.js';
import { peerDirectory, runPeer, startPeer } from './nagios-user.js';
import { freePort } from './nsca-daemon.js';

const NODE = 'icinga-test';
const USER = 'test';
const PASSWORD = 'not a secret';

/** What its API tells of a service, of which tests need these. */
interface Attributes {
  readonly state: 0 | 1 | 2 | 3;
  readonly check_attempt: number;
  readonly last_state_change: number;
  readonly next_check: number;
  readonly last_check_result: {
    readonly output: string;
    readonly performance_data: readonly string[];
    readonly check_source: string;
    readonly ttl: number;
    readonly active: boolean;
  } | null;
}

/** A result as it was processed. */
export interface Processed {
  readonly service: string;
  readonly returnCode: number;
  readonly output: string;
}

/** A real Icinga 2, whose API tells its status. */
export class IcingaServer implements CentralServer {
  readonly #directory = peerDirectory('icinga2');
  readonly commandFile = this.#file('run/cmd/icinga2.cmd');
  /** Whose certificates it trusts, and who has made its own. */
  readonly authority: Authority;
  #port = 0;
  #icinga: Program | undefined;
  /** The masters of its zone, itself among them. */
  #masters: readonly IcingaServer[] = [this];
  #replays = true;

  /** @param name in its certificate */
  private constructor(
    readonly icinga: Icinga,
    readonly name: string,
    authority?: Authority,
  ) {
    this.authority = authority ?? new Authority(this.#file('authority'));
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  static async prepare(icinga = INSTALLED): Promise<IcingaServer> {
    const server = new IcingaServer(icinga, NODE);
    await server.#prepare();
    return server;
  }

  /**
   * Two masters of one zone, which tell each other what they know.
   *
   * @param replays whether one that comes back is told what it has missed, most times
   */
  static async prepareTwo(icinga = INSTALLED, replays = true): Promise<[IcingaServer, IcingaServer]> {
    const first = new IcingaServer(icinga, 'master1');
    const second = new IcingaServer(icinga, 'master2', first.authority);
    const masters: [IcingaServer, IcingaServer] = [first, second];
    for (const master of masters) {
      await master.#prepare();
      master.#masters = masters;
      master.#replays = replays;
    }
    return masters;
  }

  async #prepare(): Promise<void> {
    this.#port = await freePort();
    for (const name of ['data', 'data/certs', 'log', 'cache', 'spool', 'run', 'run/cmd']) {
      mkdirSync(this.#file(name));
      chmodSync(this.#file(name), 0o777);
    }
    this.#makeCertificate();
  }

  check(definitions: string): { status: number | null; output: string } {
    rmSync(this.#file('icinga2/example.conf'), { force: true });
    writeFileSync(this.#file('icinga2/generated.conf'), definitions);
    writeFileSync(this.#file('icinga2.conf'), this.#mainFile());
    const { status, output } = runPeer(
      programOf(this.icinga),
      ...['daemon', '-C', ...dumping(this.icinga), ...this.#options()],
    );
    // Newer ones say this of each listener, which the definitions are not about.
    return { status, output: output.replace(/^.*ApiListener: Security notice:\n(?: {4}.*\n)+/m, '') };
  }

  understood(): string[] {
    const { output } = runPeer(
      programOf(this.icinga),
      'object',
      'list',
      '--type',
      'Service',
      ...this.#definitions(),
    );
    return [...output.matchAll(/^ {2}\* __name = "(.*)"$/gm)].map(([, name = '']) => name);
  }

  async start(): Promise<void> {
    this.#icinga = startPeer(programOf(this.icinga), 'daemon', ...this.#options());
    await this.#activated(1);
  }

  /** It reads its configuration again, as `systemctl reload` has it do, and has begun anew. */
  async reload(): Promise<void> {
    const times = this.#activations();
    this.#icinga?.signal('SIGHUP');
    await this.#activated(times + 1);
  }

  /** It can be started again, and knows what it knew. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#icinga?.signal(signal);
    await this.#icinga?.finished();
  }

  /** As if its machine were gone. */
  async kill(): Promise<void> {
    const { pid = 0 } = this.#icinga ?? {};
    // The first of its processes would leave the one that works alone.
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    for (const child of children) process.kill(Number(child), 'SIGKILL');
    await this.end('SIGKILL');
  }

  /**
   * Has sent another master what it missed, so many times since this one was started. What it takes before that may
   * never come to the other one (https://github.com/Icinga/icinga2/issues/10030).
   */
  async synced(times: number): Promise<void> {
    await this.#icinga?.until(() => this.syncs() >= times);
  }

  syncs(): number {
    return this.#linesWith('Finished syncing endpoint');
  }

  async #activated(times: number): Promise<void> {
    await this.#icinga?.until(() => this.#activations() >= times);
  }

  #activations(): number {
    return this.#linesWith('Activated all objects');
  }

  #linesWith(text: string): number {
    return this.#icinga?.stdout.filter((line) => line.includes(text)).length ?? 0;
  }

  /** Waits for what stays so: Icinga may tell of a result seconds late, when the next one is there. For others see watch(). */
  async until(
    service: string,
    isSo: (status: CentralStatus) => boolean,
    within: number,
  ): Promise<CentralStatus> {
    const signal = AbortSignal.timeout(within);
    // The stream is open before the first look, so that no result is missed between the two.
    const results = await this.#ask('POST', '/v1/events', { types: ['CheckResult'], queue: 'test' }, signal);
    const lines = createInterface({ input: results })[Symbol.asyncIterator]();
    let seen: CentralStatus | undefined;
    try {
      for (;;) {
        seen = await this.#statusOf(service, signal);
        if (isSo(seen)) return seen;
        await lines.next();
      }
    } catch (error) {
      throw new Error(`Icinga has ${JSON.stringify(seen)}`, { cause: error });
    } finally {
      results.destroy();
    }
  }

  async stop(): Promise<void> {
    await this.end();
    this.#directory.remove();
  }

  #file(name: string): string {
    return join(this.#directory.path, name);
  }

  #makeCertificate(): void {
    const { name } = this;
    const { cert, key } = this.authority.issue(name, { names: `DNS:${name},IP:127.0.0.1` });
    const files = { 'ca.crt': this.authority.ca, [`${name}.crt`]: cert, [`${name}.key`]: key };
    for (const [to, file] of Object.entries(files)) {
      copyFileSync(file, this.#file(`data/certs/${to}`));
      chmodSync(this.#file(`data/certs/${to}`), 0o644);
    }
  }

  #options(): string[] {
    return ['-c', this.#file('icinga2.conf'), ...this.#definitions()];
  }

  #definitions(): string[] {
    const constants = {
      NodeName: this.name,
      ConfigDir: this.#directory.path,
      DataDir: this.#file('data'),
      LogDir: this.#file('log'),
      CacheDir: this.#file('cache'),
      SpoolDir: this.#file('spool'),
      InitRunDir: this.#file('run'),
      PidPath: this.#file('run/icinga2.pid'),
      RunAsUser: 'nagios',
      RunAsGroup: 'nagios',
    };
    return Object.entries(constants).map(([name, value]) => `-D${name}=${value}`);
  }

  #mainFile(): string {
    const log = this.#replays ? '' : ', log_duration = 0';
    const endpoints = this.#masters.map(
      (master) => `object Endpoint "${master.name}" { host = "127.0.0.1", port = ${master.#port}${log} }`,
    );
    const names = this.#masters.map(({ name }) => `"${name}"`);
    return `
include <itl>
const ZoneName = "test"
${endpoints.join('\n')}
object Zone ZoneName { endpoints = [ ${names.join(', ')} ] }
object CheckerComponent "checker" {}
object ExternalCommandListener "command" { command_path = "${this.commandFile}" }
object ApiListener "api" { bind_host = "127.0.0.1", bind_port = ${this.#port} }
object ApiUser "${USER}" {
  password = "${PASSWORD}"
  permissions = [ "objects/query/*", "events/*" ]
}
include "icinga2/*.conf"
`;
  }

  async #statusOf(service: string, signal: AbortSignal): Promise<CentralStatus> {
    const { state, last_check_result: last } = await this.attributesOf(service, signal);
    return { state: stateNames[state], output: last?.output.split('\n')[0] ?? '' };
  }

  /** What each service says, by its name. */
  async outputs(signal = AbortSignal.timeout(30_000)): Promise<Map<string, string | undefined>> {
    const question = { attrs: ['name', 'last_check_result'] };
    const answer = await this.#ask('GET', '/v1/objects/services', question, signal);
    const { results } = (await json(answer)) as { results: { attrs: Attributes & { name: string } }[] };
    return new Map(results.map(({ attrs }) => [attrs.name, attrs.last_check_result?.output]));
  }

  /**
   * What services say, in the order in which it processes results from now on; it is called after each.
   *
   * @param within milliseconds for which somebody listens
   */
  async watch(onResult: (result: Processed) => void, within = 300_000): Promise<readonly Processed[]> {
    const processed: Processed[] = [];
    const question = { types: ['CheckResult'], queue: 'watch' };
    const answer = await this.#ask('POST', '/v1/events', question, AbortSignal.timeout(within));
    // It ends with the server.
    answer.on('error', () => undefined);
    createInterface({ input: answer }).on('line', (line) => {
      const { service, check_result } = JSON.parse(line) as {
        service: string;
        check_result: { state: number; output: string };
      };
      const { state: returnCode, output } = check_result;
      const result = { service, returnCode, output };
      processed.push(result);
      onResult(result);
    });
    return processed;
  }

  async attributesOf(service: string, signal = AbortSignal.timeout(10_000)): Promise<Attributes> {
    const question = { filter: 'service.name == name', filter_vars: { name: service } };
    const answer = await this.#ask('GET', '/v1/objects/services', question, signal);
    const { results } = (await json(answer)) as { results: { attrs: Attributes }[] };
    const [found] = results;
    if (!found) throw new Error(`no service ${service}`);
    return found.attrs;
  }

  async #ask(method: string, path: string, body: object, signal: AbortSignal): Promise<IncomingMessage> {
    const question = request({
      host: '127.0.0.1',
      port: this.#port,
      path,
      method: 'POST',
      auth: `${USER}:${PASSWORD}`,
      headers: { Accept: 'application/json', 'X-HTTP-Method-Override': method },
      ca: readFileSync(this.#file('data/certs/ca.crt')),
      servername: this.name,
      checkServerIdentity: () => undefined,
      signal,
    });
    // Before the answer, once() tells of an error; after it, whoever reads the answer is told.
    question.on('error', () => undefined);
    question.end(JSON.stringify(body));
    const [answer] = (await once(question, 'response', { signal })) as [IncomingMessage];
    if (answer.statusCode !== 200) throw new Error(`${path}: status ${answer.statusCode}`);
    return answer;
  }
}
