import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkResult } from '../../src/destinations/icinga2.js';
import { passiveCheckResult } from '../../src/destinations/passive-check-result.js';
import { commandOf } from '../../src/nsca-ng-client/command.js';
import { bodyOf } from '../../src/icinga2-client/result.js';
import { submissionsOf } from '../../src/nrdp-client/submission.js';
import { NSCA_NG_KEY } from '../../rig/servers/nsca-ng-server.js';
import { TOKEN } from '../../rig/servers/nrdp-receiver.js';
import type { LineProgram } from '../../rig/programs/line-program.js';
import type { HttpsSending, Sending } from '../load/bare-sender.js';
import { Workshop } from '../lib/workshop.js';
import { NRDP_NAME, startIcinga, startNrdp, startNscaNg, type Keys } from './peers.js';
import { benchResult, HOST } from './result.js';
import { icinga2Sending, nscaNgSending } from './sendings.js';

/** How many results go in one go: of those that have a program started for each, fewer. */
export interface Counts {
  readonly many: number;
  readonly few: number;
}

/** Results a second by each way, one for each round; in a round they come one after the other. */
export type Rates<Way extends string> = Readonly<Record<Way, readonly number[]>>;

/** Unpacked by scripts/setup, since it cannot be installed beside nsca's. */
const SEND_NSCA_NG = new URL('../../../.cache/packages/nsca-ng-client/usr/sbin/send_nsca', import.meta.url)
  .pathname;

export async function nscaNgRates(rounds: number, { many, few }: Counts) {
  return Workshop.with(async (workshop) => {
    const { server, keys } = await startNscaNg(workshop);
    const config = join(workshop.folder, 'send_nsca.cfg');
    const said = { identity: HOST, password: NSCA_NG_KEY, server: '127.0.0.1', port: server.port };
    const lines = Object.entries(said).map(([key, value]) => `${key} = "${value}"\n`);
    writeFileSync(config, lines.join(''), { mode: 0o600 });
    const send = (input: string) => runProgram(SEND_NSCA_NG, ['-c', config], input);
    const agent = await deliverer(workshop, keys);
    const all = Array.from({ length: many }, (_, number) => record(number)).join(RECORD_END);
    const commands = Array.from({ length: many }, (_, number) =>
      commandOf(passiveCheckResult(benchResult(number)), Date.now()).toString(),
    );
    const bare = await bareSender(workshop, nscaNgSending(server, commands));
    return inTurn(rounds, {
      agent: () => agent(many),
      bare: () => bare(many),
      forEach: () => rateOf(few, async () => inSuccession(few, (number) => send(record(number)))),
      atOnce: () => rateOf(many, () => send(all)),
    });
  });
}

/** What parts results on the standard input of nsca-ng's send_nsca. */
const RECORD_END = '\x17';

function record(number: number): string {
  const { host, service, returnCode, output } = passiveCheckResult(benchResult(number));
  return [host, service, returnCode, output].join('\t');
}

export async function icinga2Rates(rounds: number, { many }: Counts) {
  return Workshop.with(async (workshop) => {
    const { server, keys } = await startIcinga(workshop);
    const bodies = Array.from({ length: many }, (_, number) => bodyOf(checkResult(benchResult(number), 600)));
    const sending = icinga2Sending(server, bodies);
    const agent = await deliverer(workshop, keys);
    const bare = await bareSender(workshop, sending);
    const config = join(workshop.folder, 'curl.cfg');
    const { port, path, headers, caFile, serverName } = sending;
    const options = [
      `url = "https://${serverName}:${port}${path}"`,
      `resolve = "${serverName}:${port}:127.0.0.1"`,
      `cacert = "${caFile}"`,
      ...Object.entries(headers).map(([name, value]) => `header = "${name}: ${value}"`),
      'silent',
      'show-error',
      'fail',
      'output = /dev/null',
    ];
    const requests = bodies.map((body) => [...options, `data = ${JSON.stringify(body)}`].join('\n'));
    writeFileSync(config, requests.join('\nnext\n'));
    return inTurn(rounds, {
      agent: () => agent(many),
      bare: () => bare(many),
      curl: () => rateOf(many, () => runProgram('curl', ['--config', config])),
    });
  });
}

export async function nrdpRates(rounds: number, { many, few }: Counts) {
  return Workshop.with(async (workshop) => {
    const { port, caFile, keys } = await startNrdp(workshop);
    const form = (number: number) => {
      const [submission] = submissionsOf([passiveCheckResult(benchResult(number))]);
      return `cmd=submitcheck&token=${encodeURIComponent(TOKEN)}&${submission?.field ?? ''}`;
    };
    const agent = await deliverer(workshop, keys);
    const sending: HttpsSending = {
      protocol: 'https',
      port,
      path: '/nrdp/',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      payloads: Array.from({ length: few }, (_, number) => form(number)),
      caFile,
      serverName: NRDP_NAME,
    };
    const bare = await bareSender(workshop, sending);
    const url = `https://${NRDP_NAME}:${port}/nrdp/`;
    const curl = (number: number) =>
      runProgram(
        'curl',
        [
          ...['--silent', '--show-error', '--fail', '--output', '/dev/null', '--cacert', caFile],
          ...['--resolve', `${NRDP_NAME}:${port}:127.0.0.1`, '--data', '@-', url],
        ],
        form(number),
      );
    return inTurn(rounds, {
      agent: () => agent(many),
      bare: () => bare(few * 10),
      forEach: () => rateOf(few, () => inSuccession(few, curl)),
    });
  });
}

/** The agent without the kernel, in a process of its own. */
async function deliverer(workshop: Workshop, keys: Keys): Promise<(count: number) => Promise<number>> {
  const deliver = timed(await workshop.node('deliverer', JSON.stringify(keys)));
  // It has its connection.
  await deliver(10);
  return deliver;
}

/** What is sent is too long for an argument. */
async function bareSender(workshop: Workshop, sending: Sending): Promise<(count: number) => Promise<number>> {
  const file = join(workshop.folder, 'sending.json');
  writeFileSync(file, JSON.stringify(sending));
  return timed(await workshop.node('bare-sender', `@${file}`));
}

/** Of a program that says how many ms it took. */
function timed(program: LineProgram): (count: number) => Promise<number> {
  return async (count) => count / (Number(await program.ask(String(count))) / 1000);
}

async function rateOf(count: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return count / ((performance.now() - began) / 1000);
}

async function inSuccession(count: number, work: (number: number) => Promise<void>): Promise<void> {
  for (let number = 0; number < count; number++) await work(number);
}

async function inTurn<Way extends string>(
  rounds: number,
  ways: Readonly<Record<Way, () => Promise<number>>>,
): Promise<Rates<Way>> {
  const names = Object.keys(ways) as Way[];
  const rates = Object.fromEntries(names.map((way) => [way, []])) as unknown as Record<Way, number[]>;
  for (let round = 0; round < rounds; round++) for (const way of names) rates[way].push(await ways[way]());
  return rates;
}

/** @throws Error if it is not content */
async function runProgram(file: string, parameters: readonly string[], input = ''): Promise<void> {
  const child = spawn(file, parameters, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${file} ended with status ${status}`);
}
