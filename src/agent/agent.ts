import { isDeepStrictEqual } from 'node:util';
import { afterSending } from './after-sending.js';
import { Aftermath } from './aftermath.js';
import { steadyClock } from './clock.js';
import { Explanations } from './explanations.js';
import { Heartbeat } from './heartbeat.js';
import type { Lost } from './losses.js';
import { Remedies } from './remedies.js';
import { THIS_KERNEL, type Kernel } from './kernel.js';
import type { AgentOptions } from './options.js';
import { outboxesIn, type NamedOutbox } from './outboxes.js';
import { StateDirectory } from './state-directory.js';
import type { ConfiguredService } from './selections.js';
import { asOfDay, Watching } from './watching.js';
import type { AgentStatus, LiveCrossing } from '../control/index.js';
import { History, historyFile } from '../history/index.js';
import { withExplanation, type ServiceResult, type ServiceStatus } from '../services/index.js';

/** The descriptor is open and watches; nothing has gone out, and no file of another agent was touched. */
export interface PreparedAgent {
  /** Whom the agent before this one, which still watches, knows by more than what is to be seen now. Throws as prepareAgent(). */
  adopt(before: Agent): void;
  /**
   * From now on results go out.
   *
   * @param before the agent before this one, which has to be stopped: its services go on as far as they are the same
   */
  start(before?: Agent): Agent;
  /** When all is known that has to be asked for, or was not answered in time. Rejects as prepareAgent() throws. */
  answered(signal?: AbortSignal): Promise<void>;
  /** It is not wanted any more: nothing of it is left. */
  abandon(): void;
}

export interface Agent {
  /** What it does by itself after the start is done: from here on it waits. */
  readonly settled: Promise<void>;
  /** @param members the most of each service that are listed */
  status(
    members?: number,
  ): Pick<
    AgentStatus,
    'attach' | 'mayMiss' | 'unproven' | 'missedLooks' | 'lost' | 'host' | 'services' | 'destinations'
  >;
  /** @param most the last ones of all services, the oldest first; none where nothing outlives the agent */
  crossings(most: number): LiveCrossing[];
  /** Who is watched now, by the selection. */
  members(): ReadonlyMap<string, readonly number[]>;
  /** What the next agent goes on with. */
  readonly legacy: Legacy;
  /**
   * After this nothing is left in the kernel, and what is not delivered is in the state directory.
   *
   * @param isEnding so does the process; default: another agent goes on
   */
  stop(isEnding?: boolean): Promise<void>;
}

/** @throws RlimitEventsError, LibraryMissingError: whatever a configuration or a machine can have against it */
export function prepareAgent(options: AgentOptions, kernel = THIS_KERNEL): PreparedAgent {
  const watching = Watching.open(options, kernel);
  return {
    adopt: (before) => {
      watching.adopt(before.members());
    },
    start: (before) => new RunningAgent(watching, options, kernel, before?.legacy),
    answered: (signal) => watching.answered(signal),
    abandon: () => {
      watching.close();
    },
  };
}

/** What outlives an agent that another follows. */
interface Legacy {
  readonly host: string;
  readonly services: readonly ConfiguredService[];
  readonly remedies: ReadonlyMap<string, Remedies>;
  readonly explanations: Explanations;
  readonly aftermath: Aftermath;
  readonly lost: Lost;
  /** What is remembered: where its files cannot be written, it is nowhere else. */
  readonly outboxes: readonly NamedOutbox[];
  readonly history: History | undefined;
}

class RunningAgent implements Agent {
  readonly settled: Promise<void>;
  readonly #watching: Watching;
  readonly #host: string;
  readonly #stateDirectory: StateDirectory;
  readonly #outboxes: readonly NamedOutbox[];
  /** Undefined where nothing outlives the agent. */
  readonly #history: History | undefined;
  readonly #explanations: Explanations;
  readonly #remedies: ReadonlyMap<string, Remedies>;
  readonly #aftermath: Aftermath;
  readonly #heartbeat: Heartbeat;
  readonly #onChange: () => void;
  /** What is to be done when the results of this turn have gone out. */
  readonly #works: (() => void)[] = [];
  #soon: NodeJS.Immediate | undefined;

  constructor(
    watching: Watching,
    { config, destinations, log, dryRun, onChange = () => undefined, onSettled }: AgentOptions,
    kernel: Kernel,
    before?: Legacy,
  ) {
    this.#watching = watching;
    this.#host = config.host;
    const changed = () => {
      this.#stateDirectory.tryAgain();
      onChange();
    };
    this.#onChange = changed;
    this.#explanations = new Explanations(kernel.heldFiles());
    this.#stateDirectory = new StateDirectory(dryRun ? undefined : config.stateDirectory, log);
    const described = new Set(watching.services.map(({ definition }) => definition.description));
    // Each service is told, soon after the start: at the latest when nobody has answered who it is about.
    const isAwaited = ({ host, service }: ServiceResult) => host === this.#host && described.has(service);
    const { heartbeat } = config;
    const uptime = () => steadyClock.now();
    const options = { log, isAwaited, heartbeat, onChange: changed, clock: steadyClock, uptime };
    this.#outboxes = outboxesIn(this.#stateDirectory, destinations, options, before?.outboxes);
    this.#history = historyIn(this.#stateDirectory, watching.services, log, before?.history);
    this.#remedies = new Map(
      watching.services.map((each) => {
        const { description, resource } = each.definition;
        const stillWatched = (pid: number) => watching.descriptor.isWatched(pid, resource);
        return [description, new Remedies(each, { stillWatched, dryRun })];
      }),
    );
    this.#aftermath = new Aftermath({
      explanationOf: (change) => this.#explanations.of(change),
      isStillSo: (change) => this.#serviceOf(change)?.status().state === change.state,
      detail: (change, lines) => {
        this.#detail(change, lines);
      },
      log,
    });
    this.#heartbeat = new Heartbeat(config.heartbeat, () => {
      watching.check();
      this.#repeat('heartbeat');
    });
    if (before) this.#goOnFrom(before);
    watching.begin({
      onResults: (results) => {
        this.#tell(results);
      },
      onEnd: (pid) => {
        this.#explanations.forget(pid);
      },
      ...(onSettled && { onSettled }),
    });
    this.settled = afterSending().then(() =>
      this.#explanations.rememberAll(watching.services.map(({ service }) => service)),
    );
  }

  members(): ReadonlyMap<string, readonly number[]> {
    return this.#watching.members();
  }

  get legacy(): Legacy {
    return {
      host: this.#host,
      services: this.#watching.services,
      remedies: this.#remedies,
      explanations: this.#explanations,
      aftermath: this.#aftermath,
      lost: this.#watching.lost,
      outboxes: this.#outboxes,
      history: this.#history,
    };
  }

  status(members?: number): ReturnType<Agent['status']> {
    const { attach, mayMiss, unproven } = this.#watching.descriptor;
    this.#watching.catchUp();
    return {
      attach,
      ...(mayMiss !== undefined && { mayMiss }),
      ...(unproven !== undefined && { unproven }),
      missedLooks: this.#watching.lost.missedLooks,
      lost: this.#watching.lost.places,
      host: this.#host,
      services: this.#watching.services.map(({ service }) => statusOfDay(service.status(members))),
      destinations: this.#outboxes.map(({ outbox }) => outbox.status()),
    };
  }

  crossings(most: number): LiveCrossing[] {
    return this.#history?.last(most) ?? [];
  }

  async stop(isEnding = false): Promise<void> {
    this.#catchUp();
    for (const each of this.#remedies.values()) {
      if (isEnding) each.end('the agent ends');
      else each.pause();
    }
    this.#heartbeat.stop();
    this.#watching.close();
    // What was told at the last moment.
    this.#catchUp();
    this.#aftermath.close(isEnding);
    this.#explanations.close();
    this.#stateDirectory.tryLast();
    await Promise.all([
      ...this.#outboxes.map(({ outbox }) => outbox.stop(isEnding)),
      this.#history?.stop(isEnding),
    ]);
    this.#stateDirectory.release();
    if (isEnding) this.#aftermath.abandon();
  }

  /** What is the same goes on, and is told once more: who has read a file again wants to see that it is in force. */
  #goOnFrom({ host, services, remedies, explanations, aftermath, lost }: Legacy): void {
    this.#watching.goOnFrom(lost);
    const now = steadyClock.now();
    const goingOn = new Set<string>();
    for (const { definition, service } of this.#watching.services) {
      const { description } = definition;
      const before = remedies.get(description);
      if (before) this.#remedies.get(description)?.goOnFrom(before);
      this.#explanations.goOnFrom(
        explanations,
        service.status().members.map(({ pid }) => pid),
      );
      const same = services.find((each) => isSame(each.definition, definition));
      if (!same || host !== this.#host) continue;
      goingOn.add(description);
      service.goOnFrom(same.service, now);
      this.#push(asOfDay(service.repeat(now, 'heartbeat')));
    }
    for (const [description, before] of remedies) if (!this.#remedies.has(description)) before.end();
    this.#aftermath.goOnFrom(aftermath, (change) => goingOn.has(change.service));
  }

  #tell(results: readonly ServiceResult[]): void {
    for (const result of results) {
      const lines = this.#explanations.of(result);
      this.#push(lines instanceof Promise ? result : withExplanation(result, lines));
      if (lines instanceof Promise) void this.#aftermath.explain(result, lines);
      this.#whenSent(() => {
        this.#onTold(result, lines);
      });
    }
  }

  #onTold(result: ServiceResult, lines: readonly string[] | Promise<readonly string[]>): void {
    this.#history?.add(result);
    if (result.cause !== 'change') return;
    const outcomes = this.#remedies.get(result.service)?.after(result);
    if (outcomes) this.#aftermath.remedy(result, outcomes, lines);
    if (result.state === 'OK')
      void this.#explanations.rememberSoon(result, () => this.#serviceOf(result)?.status().state === 'OK');
  }

  /** What no result is to wait for. They go out one turn of the event loop after they were pushed. */
  #whenSent(work: () => void): void {
    this.#works.push(work);
    this.#soon ??= setImmediate(() => {
      this.#catchUp();
    });
  }

  #catchUp(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    for (const work of this.#works.splice(0)) work();
  }

  #detail(change: ServiceResult, lines: readonly string[]): void {
    const service = this.#serviceOf(change);
    if (!service) return;
    this.#watching.catchUp();
    this.#push(asOfDay(service.repeat(steadyClock.now(), 'detail', lines)));
    this.#watching.settle();
  }

  #serviceOf({ service }: ServiceResult) {
    return this.#watching.services.find(({ definition }) => definition.description === service)?.service;
  }

  #repeat(cause: 'heartbeat'): void {
    this.#watching.catchUp();
    const now = steadyClock.now();
    for (const { service } of this.#watching.services) this.#push(asOfDay(service.repeat(now, cause)));
    this.#watching.settle();
  }

  #push(result: ServiceResult): void {
    for (const { outbox } of this.#outboxes) outbox.push(result);
    this.#onChange();
  }
}

function historyIn(
  { path, place }: StateDirectory,
  services: readonly ConfiguredService[],
  log: AgentOptions['log'],
  before: History | undefined,
): History | undefined {
  if (path === undefined) return undefined;
  const definitions = services.map(({ definition }) => definition);
  const warn = (message: string) => {
    log('warning', message);
  };
  return new History(historyFile(path), definitions, { warn, clock: steadyClock, place, before });
}

function statusOfDay(status: ServiceStatus): ServiceStatus {
  return { ...status, since: status.since === null ? null : Math.round(steadyClock.toWall(status.since)) };
}

/** Whether it is the same service; what is done about its states is not the service. */
function isSame(one: ConfiguredService['definition'], other: ConfiguredService['definition']): boolean {
  return isDeepStrictEqual({ ...one, actions: undefined }, { ...other, actions: undefined });
}
