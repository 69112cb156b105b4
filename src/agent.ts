/**
 * The agent: wires the descriptor to the services, and the services to their destinations.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Heartbeat } from './agent/heartbeat.js';
import { Help } from './agent/help.js';
import { Holdings } from './agent/holdings.js';
import type { AgentOptions } from './agent/options.js';
import { outboxFile } from './agent/outbox-file.js';
import { StateDirectory } from './agent/state-directory.js';
import { Watching } from './agent/watching.js';
import type { AgentStatus } from './control/index.js';
import { Outbox } from './delivery/index.js';
import { resources, withLongOutput, type ServiceResult, type ServiceStatus } from './services/index.js';

export { checkOnce, type CheckResult } from './agent/check-once.js';
export type { AgentOptions } from './agent/options.js';

/** The descriptor is open and watches; nothing has gone out, and no file of another agent was touched. */
export interface PreparedAgent {
  /**
   * From now on results go out. The agent before this one has to be stopped.
   *
   * @param before its services: what was done about their states is not done again
   */
  start(before?: readonly ServiceStatus[]): Agent;
  /** It is not wanted any more: nothing of it is left. */
  abandon(): void;
}

export interface Agent {
  /** What it does by itself after the start is done: from here on it waits. */
  readonly settled: Promise<void>;
  status(): Pick<AgentStatus, 'attach' | 'mayMiss' | 'missedLooks' | 'host' | 'services' | 'destinations'>;
  /** After this nothing is left in the kernel, and what is not delivered is in the state directory. */
  stop(): Promise<void>;
}

/** @throws RlimitEventsError, LibraryMissingError: whatever a configuration or a machine can have against it */
export async function prepareAgent(options: AgentOptions): Promise<PreparedAgent> {
  const watching = await Watching.open(options.config, options.log, options.descriptor);
  return {
    start: (before = []) => new RunningAgent(watching, options, before),
    abandon: () => {
      watching.close();
    },
  };
}

class RunningAgent implements Agent {
  readonly settled: Promise<void>;
  readonly #watching: Watching;
  readonly #host: string;
  readonly #stateDirectory: StateDirectory;
  readonly #outboxes: readonly Outbox[];
  readonly #holdings = new Holdings();
  readonly #helps: ReadonlyMap<string, Help>;
  readonly #heartbeat: Heartbeat;
  #isStopped = false;

  constructor(
    watching: Watching,
    { config, destinations, log, dryRun }: AgentOptions,
    before: readonly ServiceStatus[],
  ) {
    this.#watching = watching;
    this.#host = config.host;
    this.#stateDirectory = new StateDirectory(dryRun ? undefined : config.stateDirectory, log);
    this.#outboxes = destinations.map((destination, index) => {
      const file = outboxFile(this.#stateDirectory.path, destinations, index);
      return new Outbox({ destination, log, ...(file !== undefined && { file }) });
    });
    const states = new Map(before.map(({ description, state }) => [description, state]));
    this.#helps = new Map(
      watching.services.map((each) => {
        const { description, resource } = each.definition;
        const stillWatched = (pid: number) => watching.descriptor.levelCount(pid, resource) > 0;
        return [
          description,
          new Help(each, { stillWatched, dryRun, state: states.get(description) ?? 'OK' }),
        ];
      }),
    );
    this.#heartbeat = new Heartbeat(config.heartbeat, () => {
      watching.check();
      this.#repeat('heartbeat');
    });
    watching.begin({
      onResults: (results) => {
        this.#tell(results);
      },
      onEnd: (pid) => {
        this.#holdings.forget(pid);
      },
    });
    this.settled = afterSending().then(() => this.#rememberHoldings());
  }

  status(): ReturnType<Agent['status']> {
    const { attach, mayMiss } = this.#watching.descriptor;
    return {
      attach,
      ...(mayMiss !== undefined && { mayMiss }),
      missedLooks: this.#watching.missedLooks,
      host: this.#host,
      services: this.#watching.services.map(({ service }) => service.status()),
      destinations: this.#outboxes.map((outbox) => outbox.status()),
    };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#heartbeat.stop();
    this.#watching.close();
    this.#holdings.close();
    await Promise.all(this.#outboxes.map((outbox) => outbox.stop()));
    this.#stateDirectory.release();
  }

  #tell(results: readonly ServiceResult[]): void {
    for (const result of results) {
      const lines = this.#holdingsOf(result);
      this.#push(lines instanceof Promise ? result : withLongOutput(result, lines));
      if (lines instanceof Promise) void this.#tellMore(result, lines);
      if (result.cause === 'change') void this.#help(result, lines);
      if (result.cause === 'change' && result.state === 'OK') this.#rememberSoon(result);
    }
  }

  /** What processes hold while all is well. The worst of each service first: they are the first to get worse. */
  async #rememberHoldings(): Promise<void> {
    for (const { service } of this.#watching.services)
      if (resources[service.resource].isFiles)
        for (const { pid, state } of service.status().members) {
          if (state !== 'OK') continue;
          await this.#holdings.remember(pid);
          await nextTurn();
          if (this.#isStopped) return;
        }
  }

  /** Good news do not wait for it; what was held once all is not well any more would be no measure. */
  #rememberSoon(change: ServiceResult): void {
    const { resource, worst } = change;
    if (!worst || !resource || !resources[resource].isFiles) return;
    void afterSending().then(async () => {
      if (this.#serviceOf(change)?.status().state === 'OK') await this.#holdings.remember(worst.pid);
    });
  }

  /** What fills the worst process, when that is the question. */
  #holdingsOf({ cause, resource, worsened, worst }: ServiceResult): string[] | Promise<string[]> {
    if (cause !== 'change' || !worsened || !worst || !resource || !resources[resource].isFiles) return [];
    return this.#holdings.lines(worst.pid);
  }

  /** A worsening does not wait for what it takes long to gather. */
  async #tellMore(change: ServiceResult, gathered: Promise<readonly string[]>): Promise<void> {
    const lines = await gathered;
    const service = this.#serviceOf(change);
    if (lines.length > 0 && service?.status().state === change.state) this.#detail(change, lines);
  }

  async #help(
    change: ServiceResult,
    gathered: readonly string[] | Promise<readonly string[]>,
  ): Promise<void> {
    const outcomes = (await this.#helps.get(change.service)?.after(change)) ?? [];
    if (outcomes.length > 0) this.#detail(change, [...outcomes, ...(await gathered)]);
  }

  #detail(change: ServiceResult, lines: readonly string[]): void {
    const service = this.#serviceOf(change);
    if (!service || this.#isStopped) return;
    this.#push(service.repeat(Date.now(), 'detail', lines));
    this.#watching.settle();
  }

  #serviceOf({ service }: ServiceResult) {
    return this.#watching.services.find(({ definition }) => definition.description === service)?.service;
  }

  #repeat(cause: 'heartbeat'): void {
    const now = Date.now();
    for (const { service } of this.#watching.services) this.#push(service.repeat(now, cause));
    this.#watching.settle();
  }

  #push(result: ServiceResult): void {
    for (const outbox of this.#outboxes) outbox.push(result);
  }
}

/** What was pushed in this turn of the event loop is written by then, or waits for a connection. */
async function afterSending(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
