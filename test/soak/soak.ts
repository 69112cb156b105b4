import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Dated } from '../support/dated.js';
import { hasNewest, startPeers, type GoingPeer } from '../support/peers-that-go.js';
import { randomFrom } from '../support/seeded.js';
import { Agent } from './agent.js';
import { Births, HELD } from './births.js';
import type { Options } from './options.js';
import { growthOf, Samples, type Quarter } from './samples.js';

export interface Outcome {
  readonly minutes: number;
  readonly births: number;
  readonly changes: number;
  readonly reloads: number;
  readonly serversKilled: number;
  readonly clockSteps: number;
  /** How often nobody read the log for a while, and how many lines were told as lost. */
  readonly stuck: number;
  readonly linesLost: number;
  /** By server. */
  readonly results: Readonly<Record<string, number>>;
  /** Of `status`: what was not told, by place. */
  readonly lost: Readonly<Record<string, number>>;
  readonly quarters: readonly Quarter[];
  /** What should not be. */
  readonly faults: readonly string[];
}

const SECOND = 1000;
const BIRTHS = 'births';
const NAMES = ['one', 'two', 'three'] as const;
/** Read again in turn: the same, one with a service more, one that cannot be read, and the same. */
const FILES = ['same', 'more', 'bad', 'same'] as const;
/** Seconds from the machine's clock: as it is, days ahead and behind, and a gateway that has no time yet. */
const CLOCKS = [3600, -86_400, 400 * 86_400, -50 * 365 * 86_400, 0] as const;
/** How long after the last quiet all has to have arrived: an outage before may have put the next try off. */
const PATIENCE = 120 * SECOND;

/** @param folder for its files; @param say what is being done */
export async function soak(options: Options, folder: string, say: (line: string) => void): Promise<Outcome> {
  const peers = await startPeers(folder, [...NAMES, BIRTHS, 'more']);
  const services = new Map<string, Dated>();
  for (const name of NAMES) services.set(name, await Dated.start());
  const births = await Births.start();
  const write = (kind: (typeof FILES)[number]) => {
    writeFileSync(join(folder, 'config.yaml'), configuration(folder, { kind, peers, services, births }));
  };
  write('same');
  const agent = await Agent.start(folder, join(folder, 'config.yaml'), join(folder, 'status.sock'));
  try {
    return await run(options, { peers, services, births, agent, write, say });
  } finally {
    if (!agent.hasEnded) await agent.end();
    await births.end();
    for (const dated of services.values()) await dated.end();
    for (const peer of peers) await peer.stop();
  }
}

interface Cast {
  readonly peers: readonly GoingPeer[];
  readonly services: ReadonlyMap<string, Dated>;
  readonly births: Births;
  readonly agent: Agent;
  readonly write: (kind: (typeof FILES)[number]) => void;
  readonly say: (line: string) => void;
}

async function run(options: Options, cast: Cast): Promise<Outcome> {
  const { peers, services, births, agent, write, say } = cast;
  const started = performance.now();
  const over = AbortSignal.timeout(options.minutes * 60 * SECOND);
  const random = randomFrom(options.minutes);
  const samples = new Samples(agent.pid);
  const counts = { changes: 0, reloads: 0, serversKilled: 0, clockSteps: 0, stuck: 0 };

  await Promise.all([
    births.keepOn(options.births, over),
    every(5 * SECOND, over, () => {
      samples.take();
      agent.readLog();
    }),
    every(500, over, async () => {
      await services.get(random.pick(NAMES))?.change(random.int(0, 2));
      counts.changes++;
    }),
    every(60 * SECOND, over, () => {
      write(FILES[counts.reloads % FILES.length] ?? 'same');
      agent.reload();
      counts.reloads++;
    }),
    every(30 * SECOND, over, async () => {
      const peer = peers[counts.serversKilled % peers.length];
      counts.serversKilled++;
      await peer?.end('SIGKILL');
      await pause(random.int(0, 8 * SECOND));
      await peer?.begin();
    }),
    every(45 * SECOND, over, () => {
      agent.setClock(CLOCKS[counts.clockSteps % CLOCKS.length] ?? 0);
      counts.clockSteps++;
    }),
    every(50 * SECOND, over, async () => {
      agent.log.stick();
      agent.log.fill();
      counts.stuck++;
      await pause(20 * SECOND);
      agent.log.read();
    }),
    every(60 * SECOND, over, () => {
      say(`${Math.round((performance.now() - started) / 60_000)} min: ${births.count} births`);
    }),
  ]);

  const minutes = (performance.now() - started) / 60_000;
  const quarters = samples.quarters();
  const faults = [...growthOf(quarters), ...(await untrue(cast))];
  const { lost } = await agent.status();
  const results = Object.fromEntries(peers.map((peer) => [peer.name, peer.results().length]));
  const status = await agent.end();
  agent.readLog();
  if (status !== 0) faults.push(`the agent ended with status ${status}`);
  const { linesLost } = agent;
  return { minutes, births: births.count, ...counts, linesLost, results, lost, quarters, faults };
}

/** What is not true when nothing happens any more. */
async function untrue({ peers, services, births, agent, write }: Cast): Promise<string[]> {
  agent.log.read();
  agent.setClock(0);
  write('same');
  agent.reload();
  for (const dated of services.values()) await dated.change(2);
  for (const until = performance.now() + PATIENCE; performance.now() < until;) {
    if (peers.every((peer) => hasNewest(peer.results(), services) && lastOf(peer) === 0)) break;
    await pause(SECOND);
  }
  const untold = peers.flatMap((peer) => [
    ...(hasNewest(peer.results(), services) ? [] : [`${peer.name} has not the newest of each service`]),
    ...(lastOf(peer) === 0 ? [] : [`${peer.name} has "${BIRTHS}" as ${lastOf(peer)}, and it is OK`]),
  ]);
  const status = await agent.status();
  const wrong = status.services.filter(({ state }) => state !== 'OK');
  if (births.count === 0) untold.push('nobody was born');
  return [
    ...untold,
    ...wrong.map(({ service, state }) => `status has "${service}" as ${state}, and it is OK`),
  ];
}

/** The last return code of the service over who is born. */
function lastOf(peer: GoingPeer): number | undefined {
  return peer.results().findLast(({ service }) => service === BIRTHS)?.returnCode;
}

/** The first time after so long. What takes longer itself is not made up for. */
async function every(time: number, over: AbortSignal, what: () => Promise<void> | void): Promise<void> {
  for (;;) {
    try {
      await pause(time, undefined, { signal: over });
    } catch {
      return;
    }
    await what();
  }
}

function configuration(
  folder: string,
  { kind, peers, services, births }: Pick<Cast, 'peers' | 'services' | 'births'> & { kind: string },
): string {
  const keys = { resource: 'nofile', warning: '50%', critical: '80%' };
  const watched = [...services].map(([service, { pid }]) => ({ service, process: { pid }, ...keys }));
  const born = { service: BIRTHS, process: { pid: births.pid }, resource: 'nofile', warning: HELD };
  const more = { service: 'more', process: { pid: births.pid }, ...keys };
  // JSON is YAML.
  return JSON.stringify({
    host: 'gw01',
    heartbeat: '20s',
    state_directory: join(folder, 'state'),
    status_socket: join(folder, 'status.sock'),
    destinations: kind === 'bad' ? 'nowhere' : peers.map(({ written }) => written),
    services: [...watched, born, ...(kind === 'more' ? [more] : [])],
  });
}
