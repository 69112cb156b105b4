/**
 * The agent is killed at any instant of starting, sending and saving, while the servers that it sends to come and go.
 * What docs/destinations.md promises of each service has to be true afterwards: nothing older follows what is newer, the
 * newest is there, and what comes once more does so because somebody was killed who had not known that it had come.
 */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { COMMAND, Program } from '../../rig/programs/command.js';
import { pathWith } from '../../rig/programs/path-programs.js';
import { Dated } from '../support/dated.js';
import { untilOutboxes } from '../support/folder-changes.js';
import { hasNewest, startPeers, type GoingPeer } from '../support/peers-that-go.js';
import { randomFrom, type Random } from '../support/seeded.js';
import { seconds } from '../support/where.js';

/** `RLIMIT_TEST_KILLS=1000` takes half an hour. */
const KILLS = Number(process.env['RLIMIT_TEST_KILLS'] ?? 20);
/** In one story, between two times of rest at which all has to be true. */
const KILLS_TOGETHER = 20;

/** That nobody else on this machine has; whose it is has to be asked for, so that service's first result is late. */
const UID = 2_000_000 + process.pid;

jest.setTimeout(seconds(240));

describe('an agent that is killed again and again', () => {
  let folder: string;
  let peers: readonly GoingPeer[] = [];
  let services: ReadonlyMap<string, Dated> = new Map();
  let agent: Program | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'killed-'));
    mkdirSync(state(), { mode: 0o700 });
    peers = await startPeers(folder, ['one', 'two', 'three']);
    services = new Map([
      ['one', await Dated.start()],
      ['two', await Dated.start()],
      ['three', await Dated.start(UID)],
    ]);
    configure();
  });

  afterEach(async () => {
    await kill();
    for (const dated of services.values()) await dated.end();
    for (const peer of peers) await peer.stop();
    rmSync(folder, { recursive: true });
  });

  const state = () => join(folder, 'state');
  const pidOf = (service: string) => services.get(service)?.pid ?? 0;

  const configure = () => {
    const rest = 'resource: nofile, warning: 50%, critical: 80%';
    writeFileSync(
      join(folder, 'config.yaml'),
      `host: gw01
heartbeat: off
state_directory: ${state()}
status_socket: ${join(folder, 'status.sock')}
destinations:
${peers.map(({ written }) => `  - ${JSON.stringify(written)}\n`).join('')}services:
  - { service: one, process: { pid: ${pidOf('one')} }, ${rest} }
  - { service: two, process: { pid: ${pidOf('two')} }, ${rest} }
  - { service: three, process: { user: somebody }, ${rest} }
`,
    );
  };
  const start = () => {
    const path = pathWith(folder, { id: `sleep 0.1; exec echo ${UID}` });
    return (agent = new Program(COMMAND, ['-c', join(folder, 'config.yaml'), '-v'], { PATH: path }));
  };
  const kill = async () => {
    agent?.signal('SIGKILL');
    await agent?.finished();
  };

  it.each(stories(KILLS))(
    'tells the newest once, and nothing older after it: kills %i to %i',
    async (first, last) => {
      const random = randomFrom(first);
      const over = new AbortController();
      const causes = new Causes(services);
      const others = [
        ...peers.map((peer) => comeAndGo(peer, random, over.signal, causes)),
        change([...services.values()], random, over.signal),
      ];
      const isOver = Promise.all(others);
      try {
        for (let kills = first; kills <= last; kills++) {
          await Promise.race([isOver, anyInstant(start(), random, state())]);
          await kill();
          causes.add();
        }
      } finally {
        // Whatever has failed: what they do ends before what they do it with.
        over.abort();
        await isOver;
      }

      // Of this, only who comes now can know.
      for (const dated of services.values()) await dated.change(random.int(0, 2));
      const newest = start();
      await Promise.all(
        peers.map(async (peer) => {
          await pause(random.int(0, 1500));
          await peer.begin();
        }),
      );
      await Promise.all(peers.map((peer) => peer.untilSo((results) => hasNewest(results, services))));
      await untilOutboxes(state(), (text) => text === '');
      newest.signal('SIGTERM');
      expect((await newest.finished()).status).toBe(0);

      for (const peer of peers)
        for (const [name, dated] of services) {
          const come = peer.results().filter(({ service }) => service === name);
          const moments = come.map(({ output }) => dated.momentOf(output));
          const told = { peer: peer.name, service: name, moments };
          const back = moments.findIndex((moment, index) => moment < (moments[index - 1] ?? 0));
          const older =
            back < 0 ? [] : come.slice(back - 1, back + 2).map(({ output }) => output.slice(0, 80));
          expect({ ...told, older }).toEqual({ ...told, older: [] });
          const unknown = come.filter(({ output }) => dated.momentOf(output) < 0);
          expect({ ...told, unknown }).toEqual({ ...told, unknown: [] });
          expect(come.filter(({ output }) => dated.isNewest(output))).toHaveLength(1);
          for (const [moment, causesOfMore] of causes.since(name).entries()) {
            const times = moments.filter((each) => each === moment).length;
            expect({ ...told, moment, times, isCaused: times <= 1 + causesOfMore }).toMatchObject({
              isCaused: true,
            });
          }
        }
    },
  );
});

/** The first and the last kill of each. */
function stories(kills: number): [number, number][] {
  return Array.from({ length: Math.ceil(kills / KILLS_TOGETHER) }, (_, story) => [
    story * KILLS_TOGETHER + 1,
    Math.min(kills, (story + 1) * KILLS_TOGETHER),
  ]);
}

/** Why something may come once more: the end of somebody who had not told, or not heard, that it had come. */
class Causes {
  /** By service, for each of its moments. */
  readonly #since = new Map<string, number[]>();

  constructor(private readonly services: ReadonlyMap<string, Dated>) {}

  add(): void {
    for (const [name, { limits }] of this.services) {
      const counts = this.since(name);
      this.#since.set(
        name,
        limits.map((_, moment) => (counts[moment] ?? 0) + 1),
      );
    }
  }

  /** How many there were since each moment of a service began. */
  since(service: string): readonly number[] {
    return this.#since.get(service) ?? [];
  }
}

async function comeAndGo(peer: GoingPeer, random: Random, over: AbortSignal, causes: Causes): Promise<void> {
  const isOver = () => over.aborted;
  for (;;) {
    await pause(random.int(50, 2500));
    await peer.end(random.pick(['SIGTERM', 'SIGKILL']));
    causes.add();
    if (isOver()) return;
    await pause(random.int(0, 2500));
    if (isOver()) return;
    await peer.begin();
  }
}

/** In bursts, and with some quiet between. */
async function change(services: readonly Dated[], random: Random, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await services[random.int(0, services.length - 1)]?.change(random.int(0, 2));
    await pause(random.pick([0, 1, 5, 20, 100, 500]));
  }
}

/** Of its start, or of sending, or of saving, or of neither. */
async function anyInstant(agent: Program, random: Random, state: string): Promise<void> {
  const within = AbortSignal.timeout(2500);
  const lines = (text: string, count: number) =>
    agent.until(() => agent.stderr.filter((line) => line.includes(text)).length >= count);
  const instants = [
    () => pause(random.int(0, 800)),
    () => lines(': sent ', random.int(1, 12)),
    () => changes(state, random.int(1, 8), within),
    async () => {
      await agent.until(() => agent.stderr.length > 0);
      await pause(random.int(0, 1500));
    },
  ] as const;
  await Promise.race([once(within, 'abort'), random.pick(instants)()]);
  await pause(random.int(0, 3));
}

/** So many in a folder: of a file that is replaced there are several. */
async function changes(folder: string, count: number, within: AbortSignal): Promise<void> {
  const watcher = watch(folder);
  try {
    for (let seen = 0; seen < count; seen++) await once(watcher, 'change', { signal: within });
  } catch (error) {
    if (!within.aborted) throw error;
  } finally {
    watcher.close();
  }
}
