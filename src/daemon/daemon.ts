import { prepareAgent, steadyClock, type Agent, type PreparedAgent } from '../agent/index.js';
import type { Config, LoadedInTime } from '../config/index.js';
import type { Destination } from '../destinations/index.js';
import { prometheusParts, type AgentStatus } from '../control/index.js';
import type { Log } from '../log/index.js';
import { mustAnswer, notAnswered, UnansweredError, untilAnswered } from '../mounts/index.js';
import type { AttachMode } from 'rlimit-events';
import { giveBackGarbage } from './garbage.js';
import { MetricsFile } from './metrics-file.js';
import { serviceManager, type ServiceManager } from './service-manager.js';
import { StatusSocket } from './status-socket.js';

/** That a live view has. */
const MOST_CROSSINGS = 50;

export interface DaemonOptions {
  /**
   * Reads the configuration, with all places in it, at the start and at each reload; then `again`, and everything is
   * watched meanwhile, so that nothing may be waited for.
   */
  readonly load: (again: boolean) => Promise<LoadedInTime>;
  /** Where its results go. Rejects, as load() does, with what is wrong with it. */
  readonly destinationsOf: (config: Config, again: boolean) => Promise<readonly Destination[]>;
  readonly log: Log;
  readonly attach: AttachMode | 'auto';
  /** Nothing is kept in files, and actions are told and not done. */
  readonly dryRun: boolean;
  /** Of this program, for its status. */
  readonly version: string;
}

/** An agent, and what is around it: the service manager above, the status socket and the file of metrics beside it. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #log: Log;
  readonly #manager: ServiceManager;
  readonly #statusSocket: StatusSocket;
  readonly #metricsFile: MetricsFile;
  readonly #start = steadyClock.now();
  #agent: Agent | undefined;
  /** What is under way, one after the other. */
  #work: Promise<void> = Promise.resolve();
  #reloadIsDue = false;
  /** One agent ends and the next begins. */
  #isChanging = false;
  readonly #stopping = new AbortController();

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#manager = serviceManager(process.env, options.log);
    this.#statusSocket = new StatusSocket({
      log: options.log,
      isTrial: options.dryRun,
      status: async () => {
        // Not while a new configuration is looked at: for that somebody may be asked who does not answer.
        if (!this.#agent || this.#isChanging) await this.#work;
        if (!this.#agent) throw new Error('the agent has not started');
        return this.#statusOf(this.#agent);
      },
      live: () => {
        if (!this.#agent || this.#isChanging) return undefined;
        return { ...this.#statusOf(this.#agent), crossings: this.#agent.crossings(MOST_CROSSINGS) };
      },
    });
    this.#metricsFile = new MetricsFile({
      log: options.log,
      text: () => {
        // Of a service, only the worst process is in it.
        if (this.#agent && !this.#isChanging) return prometheusParts(this.#statusOf(this.#agent, 1));
        return undefined;
      },
    });
  }

  /** Rejects with whatever keeps it from starting. */
  start(): Promise<void> {
    this.#do(async () => {
      const { config, silent } = await this.#options.load(false);
      const prepared = this.#prepare(config, await this.#options.destinationsOf(config, false));
      // Nobody waits for it, and what is wrong then ends the process.
      void prepared.answered();
      this.#agent = prepared.start();
      await this.#goOn(config);
      for (const place of silent) {
        this.#log('warning', `${notAnswered(place)}: what is there is not watched; it is read when it is`);
        this.#reloadWhenAnswered(place);
      }
    });
    return this.#work;
  }

  /** Any number of calls before it begins are one. */
  reload(): void {
    if (this.#reloadIsDue || this.#stopping.signal.aborted) return;
    this.#reloadIsDue = true;
    this.#do(async () => {
      this.#reloadIsDue = false;
      if (!this.#stopping.signal.aborted) await this.#reload();
    });
  }

  /** @returns when all is saved, and whoever was talked to has been told */
  stop(): Promise<void> {
    this.#stopping.abort();
    this.#manager.stopping();
    this.#do(async () => {
      await this.#statusSocket.close();
      await Promise.all([this.#agent?.stop(true), this.#metricsFile.close()]);
    });
    return this.#work;
  }

  /** @param members the most of each service that are listed */
  #statusOf(agent: Agent, members?: number): AgentStatus {
    // The time of day may have been learnt since.
    const since = Math.round(steadyClock.toWall(this.#start));
    return { ...agent.status(members), version: this.#options.version, pid: process.pid, since };
  }

  /** Whatever fails here, nobody foresaw: it ends the process with one line. */
  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work);
  }

  /**
   * What can be wrong with a configuration shows while the old agent still watches. Then the old one is
   * stopped before the new one starts: the results that wait for delivery are in files that one has at a time. It
   * watches on while others are asked who is meant.
   */
  async #reload(): Promise<void> {
    this.#manager.reloading();
    const next = await this.#next();
    if (next instanceof Error) {
      if (next instanceof UnansweredError) this.#reloadWhenAnswered(next.path);
      this.#log('error', `the configuration stays as it was: ${next.message}`);
      this.#manager.ready(`the configuration could not be read again: ${next.message}`);
      return;
    }
    this.#isChanging = true;
    await this.#agent?.stop();
    this.#agent = next.prepared.start(this.#agent);
    this.#isChanging = false;
    this.#log('notice', 'the configuration was read again');
    await this.#goOn(next.config);
  }

  async #next(): Promise<{ config: Config; prepared: PreparedAgent } | Error> {
    try {
      const { config } = await this.#options.load(true);
      const [destinations] = await Promise.all([
        this.#options.destinationsOf(config, true),
        mustAnswer(config.btfFile === undefined ? [] : [config.btfFile]),
      ]);
      const prepared = this.#prepare(config, destinations);
      try {
        await prepared.answered(this.#stopping.signal);
        if (this.#agent) prepared.adopt(this.#agent);
      } catch (error) {
        prepared.abandon();
        throw error;
      }
      return { config, prepared };
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #reloadWhenAnswered(place: string): void {
    void untilAnswered(place).then(() => {
      this.reload();
    });
  }

  #prepare(config: Config, destinations: readonly Destination[]): PreparedAgent {
    const { log, attach, dryRun } = this.#options;
    const onChange = () => {
      this.#metricsFile.changed();
      this.#statusSocket.changed();
    };
    const onSettled = () => {
      this.#statusSocket.changed();
    };
    return prepareAgent({
      config,
      destinations,
      log,
      descriptor: { attach },
      dryRun,
      onChange,
      onSettled,
    });
  }

  async #goOn(config: Config): Promise<void> {
    await this.#statusSocket.serveAt(config.statusSocket);
    await this.#metricsFile.writeTo(this.#options.dryRun ? undefined : config.metricsFile);
    this.#manager.ready(summaryOf(config));
    void this.#agent?.settled.then(giveBackGarbage);
  }
}

function summaryOf({ services, destinations }: Config): string {
  const [watched, ends] = [counted(services.length, 'service'), counted(destinations.length, 'destination')];
  return `watches ${watched}, sends to ${ends}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
