import { bodyOf } from '../../src/icinga2-client/result.js';
import type { IcingaServer } from '../../rig/servers/icinga-server.js';
import { startAgentBy } from '../lib/agent.js';
import { fifoIn } from '../lib/fifo.js';
import type { LineProgram } from '../../rig/programs/line-program.js';
import { openFilesOf } from '../lib/open-files.js';
import { sleep } from '../lib/sleep.js';
import { Workshop } from '../lib/workshop.js';
import { PACE } from '../how-soon/server.js';
import type { Sending, ToldBy } from '../load/bare-sender.js';
import { startIcinga, startNscaNg, type Keys } from './peers.js';
import { HOST, SERVICE } from './result.js';
import { icinga2Sending, nscaNgSending } from './sendings.js';

/** ms until the server has answered, one for each pair. */
export interface ToAnswer {
  /** From the crossing. */
  readonly agent: readonly number[];
  /** Node that does nothing but send the same bytes, from the byte that tells it to. */
  readonly bare: readonly number[];
  /** The same, from the crossing, of which the descriptor tells it. */
  readonly descriptor: readonly number[];
}

export async function nscaNgToAnswer(pairs: number): Promise<ToAnswer> {
  return Workshop.with(async (workshop) => {
    const { server, keys } = await startNscaNg(workshop);
    return inPairs(workshop, pairs, { port: server.port, keys }, async () => {
      const time = Math.floor(Date.now() / 1000);
      const commands = (await server.commands(3)).map((command) => `[${time}] ${command}\n`);
      return nscaNgSending(server, commands.slice(-2));
    });
  });
}

export async function icinga2ToAnswer(pairs: number): Promise<ToAnswer> {
  return Workshop.with(async (workshop) => {
    const { server, keys } = await startIcinga(workshop);
    const same = async () => icinga2Sending(server, [await icinga2Body(server)]);
    return inPairs(workshop, pairs, { port: Number(new URL(server.url).port), keys }, same);
  });
}

/** @param same makes of what the server got last what is to be sent again */
async function inPairs(
  workshop: Workshop,
  pairs: number,
  { port, keys }: { readonly port: number; readonly keys: Keys },
  same: () => Promise<Sending>,
): Promise<ToAnswer> {
  const answers = await workshop.load('answers', String(port));
  /** Who sends knows of the answer a little later, which is his own affair. */
  const answeredAfter = async (time: number) => (Number(await answers.ask('last')) - time) / 1e6;
  const load = await workshop.load('crossings');
  const fifo = fifoIn(workshop);
  const level = openFilesOf(load.pid) + 1;
  const watched = { service: SERVICE, process: { pid: load.pid }, resource: 'nofile' };
  const services = [{ ...watched, warning: level - 1 }];
  const agent = startAgentBy(workshop, { host: HOST, destinations: [keys], services }, '-v');
  const delivered = () => agent.stderr.filter((line) => line.includes(': sent ')).length;
  await agent.until(() => delivered() > 0);
  const crossing = async (direction: 'up' | 'down') => {
    const before = delivered();
    const time = Number(await load.ask(direction));
    await agent.until(() => delivered() > before);
    return answeredAfter(time);
  };
  const toldToBare = async (teller: LineProgram, cause: string, sender: LineProgram) => {
    const time = Number(await teller.ask(cause));
    await sender.line();
    return answeredAfter(time);
  };
  await crossing('up');
  await sleep(PACE);
  await crossing('down');
  const sending = await same();
  const bareOn = (toldBy: ToldBy) => workshop.node('bare-sender', JSON.stringify({ ...sending, toldBy }));
  const bare = await bareOn({ fifo });
  // Not by the process that the agent watches: who is told first would keep the other waiting.
  const another = await workshop.load('crossings');
  const onDescriptor = await bareOn({ process: another.pid, level: openFilesOf(another.pid) + 1 });
  const measured = { agent: [] as number[], bare: [] as number[], descriptor: [] as number[] };
  for (let pair = 0; pair < pairs; pair++) {
    const direction = pair % 2 === 0 ? 'up' : 'down';
    await sleep(PACE);
    measured.agent.push(await crossing(direction));
    await sleep(PACE);
    measured.bare.push(await toldToBare(load, `tell ${fifo} 1 0`, bare));
    await sleep(PACE);
    measured.descriptor.push(await toldToBare(another, direction, onDescriptor));
  }
  return measured;
}

/** The request that the result which Icinga shows came by. */
async function icinga2Body(server: IcingaServer): Promise<string> {
  const { state, last_check_result: last } = await server.attributesOf(SERVICE);
  if (!last) throw new Error('Icinga has no result');
  return bodyOf({
    host: HOST,
    service: SERVICE,
    exitStatus: state,
    output: last.output,
    perfdata: last.performance_data,
    checkSource: last.check_source,
    ttl: last.ttl,
  });
}
