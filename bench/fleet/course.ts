import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LineProgram } from '../../rig/programs/line-program.js';
import { sleep } from '../lib/sleep.js';
import type { Workshop } from '../lib/workshop.js';
import type { Figures, Fleet, Newest } from '../load/gateways.js';
import type { FleetServer, Named } from './servers.js';

/** Milliseconds. */
export interface Times {
  readonly heartbeat: number;
  /** For which the steady beat is looked at. */
  readonly steady: number;
  /** For which the server is away when it is restarted, besides its own time. */
  readonly restart: number;
  readonly outage: number;
}

/** What was seen of a server that went away and came back. */
export interface Absence {
  /** The most connections that were tried within a second, from when it listened until every service was heard of. */
  readonly peak: number;
  /** Seconds from when it listened until it knew every state as it was, and until it had heard of every service. */
  readonly untilTrue: number;
  readonly untilHeard: number;
}

export interface Course {
  /** Beats a second, of all gateways. */
  readonly beats: number;
  /** Connections that were tried, a second, and the most of them within a second. */
  readonly steady: { readonly rate: number; readonly peak: number };
  readonly restart: Absence;
  readonly outage: Absence;
  /** Results that did not come while the server was there, and services whose newest result is not there at the end. */
  readonly lost: number;
  readonly outOfOrder: number;
  /** The most connections that were open at once. */
  readonly open: number;
  /** What somebody would have to mend, if there was something. */
  readonly error: string | undefined;
}

/** Of what is away, one gateway in so many has something new to tell. */
const CHANGING = 10;
/** Milliseconds between two looks. */
const LOOK = 200;
/** Milliseconds until every service has to be heard of. */
const PATIENCE = 900_000;

/** Everything that happens to a fleet with its server, from the first beat to the last. */
export async function runCourse(
  workshop: Workshop,
  server: FleetServer,
  gateways: readonly Named[],
  times: Times,
  say: (line: string) => void,
): Promise<Course> {
  const { arrivals } = server;
  const fleet = await Crowd.start(workshop, server, gateways, times.heartbeat);
  await fleet.ask('beat');
  await sleep(times.heartbeat);
  await fleet.untilHeard();
  await fleet.figures();

  say(`${server.name}: ${times.steady / 1000} s of steady heartbeats`);
  const before = { missing: arrivals.missing, time: Date.now() };
  await fleet.sleep(times.steady);
  const { tries } = await fleet.figures();
  await fleet.untilHeard();
  const missing = arrivals.missing - before.missing;
  const steady = { rate: tries.length / (times.steady / 1000), peak: mostInASecond(tries) };

  say(`${server.name}: a restart`);
  const restart = await fleet.absence(times.restart);
  await fleet.sleep(2 * times.heartbeat);
  say(`${server.name}: ${times.outage / 1000} s of outage`);
  const outage = await fleet.absence(times.outage);

  await fleet.ask('rest');
  await fleet.untilHeard();
  await sleep(2000);
  server.look();
  const newest = await fleet.newest();
  const lost = missing + new Set([...arrivals.unheard(newest), ...arrivals.untrue(newest)]).size;
  return {
    // Of each period up to a tenth is left out, at random.
    beats: gateways.length / ((times.heartbeat / 1000) * 0.95),
    steady,
    restart,
    outage,
    lost,
    outOfOrder: arrivals.outOfOrder,
    open: fleet.mostOpen,
    error: fleet.error,
  };
}

/** The gateways of one server, in one process. */
class Crowd {
  mostOpen = 0;
  error: string | undefined;

  private constructor(
    private readonly program: LineProgram,
    private readonly server: FleetServer,
    private readonly size: number,
  ) {}

  static async start(
    workshop: Workshop,
    server: FleetServer,
    gateways: readonly Named[],
    heartbeat: number,
  ): Promise<Crowd> {
    const name = server.name.replace(' ', '-');
    const folder = join(workshop.folder, `outboxes-${name}`);
    mkdirSync(folder, { mode: 0o700 });
    const fleet: Fleet = {
      folder,
      heartbeat,
      gateways: gateways.map((gateway) => ({ ...gateway, destination: server.keys(gateway) })),
    };
    const file = join(workshop.folder, `fleet-${name}.json`);
    writeFileSync(file, JSON.stringify(fleet));
    return new Crowd(await workshop.node('gateways', file), server, gateways.length);
  }

  ask(command: string): Promise<string> {
    return this.program.ask(command);
  }

  async figures(): Promise<Figures> {
    const figures = JSON.parse(await this.ask('figures')) as Figures;
    this.mostOpen = Math.max(this.mostOpen, figures.open);
    this.error ??= figures.error;
    this.server.look();
    return figures;
  }

  async newest(): Promise<Newest> {
    return JSON.parse(await this.ask('newest')) as Newest;
  }

  /** What has come is let go of meanwhile. */
  async sleep(ms: number): Promise<void> {
    const until = Date.now() + ms;
    for (let left = ms; left > 0; left = until - Date.now()) {
      await sleep(Math.min(left, LOOK));
      this.server.look();
    }
  }

  async untilHeard(): Promise<void> {
    const newest = await this.newest();
    await this.#until(() => this.server.arrivals.unheard(newest));
  }

  /** Its server ends, is away for so long, and comes back; meanwhile some gateways have something new to tell. */
  async absence(ms: number): Promise<Absence> {
    await this.server.end();
    const changes = Math.ceil(this.size / CHANGING);
    const pieces = Math.min(changes, 10);
    for (let piece = 0; piece < pieces; piece++) {
      await this.ask(`change ${Math.ceil(changes / pieces)}`);
      await this.sleep(ms / pieces);
    }
    await this.figures();
    await this.server.begin();
    const back = Date.now();
    const newest = await this.newest();
    const tries: number[] = [];
    const look = async () => {
      const figures = await this.figures();
      tries.push(...figures.tries.filter((time) => time >= back));
    };
    const since = () => (Date.now() - back) / 1000;
    await this.#until(() => this.server.arrivals.untrue(newest), look);
    const untilTrue = since();
    await this.#until(() => this.server.arrivals.unheard(newest), look);
    return { peak: mostInASecond(tries), untilTrue, untilHeard: since() };
  }

  async #until(lacking: () => string[], look: () => Promise<void> | void = () => undefined): Promise<void> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      this.server.look();
      await look();
      const lacks = lacking();
      if (lacks.length === 0) return;
      if (Date.now() > end) throw new Error(this.#complaint(lacks));
      await sleep(LOOK);
    }
  }

  #complaint(lacks: readonly string[]): string {
    const { name } = this.server;
    const why = this.error === undefined ? '' : `; ${this.error}`;
    return `${name} lacks ${lacks.length} services after ${PATIENCE / 1000} s, ${lacks[0]} among them${why}`;
  }
}

/** Of times in ms, which are in order. */
function mostInASecond(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [last, time] of times.entries()) {
    while ((times[first] ?? time) <= time - 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
