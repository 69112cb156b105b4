/**
 * Gateways without a kernel: of each the outbox, on disk, one destination, the beat of its heart, and services whose
 * results are numbered. To be given a file with what they are (`Fleet`). Obeys:
 *
 * - `beat`: they begin, at any instant of a period.
 * - `change N`: one service each of N gateways comes into another state, one after the other for worse and for better.
 * - `figures`: when connections were tried since it was asked last, and what is there now (`Figures`).
 * - `newest`: the number and the return code of each service's newest result (`Newest`).
 * - `rest`: their hearts stop.
 */
import { createHook } from 'node:async_hooks';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Heartbeat } from '../../src/agent/heartbeat.js';
import { Outbox } from '../../src/delivery/index.js';
import { destinationSettings, makeDestination } from '../../src/destinations/index.js';
import type { Log } from '../../src/log/index.js';
import { returnCode, type Cause, type ServiceResult, type State } from '../../src/services/index.js';
import { numbered } from '../fleet/numbered.js';
import type { Keys } from '../destinations/peers.js';

export interface Fleet {
  /** For the outboxes. */
  readonly folder: string;
  /** Milliseconds. */
  readonly heartbeat: number;
  readonly gateways: readonly GatewayKeys[];
}

export interface GatewayKeys {
  readonly host: string;
  readonly services: readonly string[];
  readonly destination: Keys;
}

export interface Figures {
  /** Milliseconds since 1970. */
  readonly tries: readonly number[];
  /** Connections that are open. */
  readonly open: number;
  /** The first error that somebody would have to mend. */
  readonly error?: string;
}

/** By service. */
export type Newest = Readonly<Record<string, readonly [number: number, code: number]>>;

const openFiles = () => readdirSync('/proc/self/fd').length;
const before = openFiles();

let tries: number[] = [];
createHook({
  init(_id, type) {
    if (type === 'TCPCONNECTWRAP') tries.push(Date.now());
  },
}).enable();

let firstError: string | undefined;
const log: Log = (level, message) => {
  if (level === 'error') firstError ??= message;
};

class Gateway {
  readonly #outbox: Outbox;
  readonly #services: Map<string, { state: State; number: number }>;
  #heart: Heartbeat | undefined;
  #first: NodeJS.Timeout | undefined;

  constructor(
    private readonly keys: GatewayKeys,
    private readonly fleet: Fleet,
  ) {
    const { host, services, destination } = keys;
    const { folder, heartbeat } = fleet;
    this.#services = new Map(services.map((service) => [service, { state: 'OK', number: 0 }]));
    this.#outbox = new Outbox({
      destination: makeDestination(destinationSettings('/').parse(destination), { heartbeat }),
      file: join(folder, host),
      heartbeat,
      log: Object.assign(log, { omitsDetails: true }),
    });
  }

  begin(): void {
    this.#first = setTimeout(() => {
      this.#tellAll('change');
      this.#heart = new Heartbeat(this.fleet.heartbeat, () => {
        this.#tellAll('heartbeat');
      });
    }, Math.random() * this.fleet.heartbeat);
  }

  change(): void {
    const [first] = this.#services;
    if (!first) return;
    const [service, is] = first;
    is.state = is.state === 'OK' ? 'WARNING' : 'OK';
    this.#tell(service, 'change');
  }

  newest(): [string, [number, number]][] {
    return [...this.#services].map(([service, { number, state }]) => [service, [number, returnCode(state)]]);
  }

  rest(): void {
    clearTimeout(this.#first);
    this.#heart?.stop();
  }

  #tellAll(cause: Cause): void {
    for (const service of this.#services.keys()) this.#tell(service, cause);
  }

  #tell(service: string, cause: Cause): void {
    const is = this.#services.get(service);
    if (!is) return;
    is.number++;
    const worsened = cause === 'change' && is.state !== 'OK';
    const { host } = this.keys;
    const result: ServiceResult = { ...numbered(is.number, is.state), host, service, cause, worsened };
    this.#outbox.push(result);
  }
}

const fleet = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Fleet;
const gateways = fleet.gateways.map((keys) => new Gateway(keys, fleet));
let changed = 0;

const commands: Readonly<Record<string, (count: number) => unknown>> = {
  beat() {
    for (const gateway of gateways) gateway.begin();
  },
  change(count) {
    for (let times = 0; times < count; times++) gateways[changed++ % gateways.length]?.change();
  },
  figures(): Figures {
    const since = tries;
    tries = [];
    const open = openFiles() - before;
    return { tries: since, open, ...(firstError !== undefined && { error: firstError }) };
  },
  newest: (): Newest => Object.fromEntries(gateways.flatMap((gateway) => gateway.newest())),
  rest() {
    for (const gateway of gateways) gateway.rest();
  },
};

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', count] = line.split(' ');
  process.stdout.write(`${JSON.stringify(commands[name]?.(Number(count)) ?? null)}\n`);
}
