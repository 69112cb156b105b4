import type { Config } from '../src/config/index.js';
import { prepareAgent, type Agent, type PreparedAgent } from '../src/agent.js';
import { destinationsOf } from './destinations.js';
import { giveBackGarbage } from './garbage.js';
import { standardErrorLog, type Log } from './log.js';
import type { Usage } from './main-options.js';
import { neverWaitForReaders } from './never-wait.js';
import { stateDirectory } from './places.js';
import { serviceManager, type ServiceManager } from './service-manager.js';
import { StatusSocket } from './status-socket.js';
import { onStopSignal } from './until-signal.js';

export interface RunOptions extends Pick<Usage, 'dryRun' | 'verbose' | 'attach'> {
  readonly version: string;
}

/**
 * `check_rlimit_passive -c FILE`: the agent in the foreground, until SIGINT or SIGTERM. SIGHUP has the
 * configuration read again.
 *
 * @param load reads the configuration
 * @throws whatever keeps it from starting
 */
export async function run(load: () => Config, options: RunOptions): Promise<void> {
  const output = neverWaitForReaders();
  const log = standardErrorLog(options);
  const manager = serviceManager(process.env, log);
  const daemon = new Daemon(load, options, log, manager);
  // A manager that has been told of the start may send one at once.
  process.on('SIGHUP', () => {
    daemon.reload();
  });
  onStopSignal(() => {
    output.letGo();
    daemon.stop();
  });
  await daemon.start();
}

/** An agent, and what is around it: the service manager above, the status socket beside it. */
class Daemon {
  readonly #load: () => Config;
  readonly #options: RunOptions;
  readonly #log: Log;
  readonly #manager: ServiceManager;
  readonly #statusSocket: StatusSocket;
  #agent: Agent | undefined;
  /** What is under way, one after the other. */
  #work: Promise<void> = Promise.resolve();
  #reloadIsDue = false;
  readonly #stopping = new AbortController();

  constructor(load: () => Config, options: RunOptions, log: Log, manager: ServiceManager) {
    this.#load = load;
    this.#options = options;
    this.#log = log;
    this.#manager = manager;
    const since = Date.now();
    this.#statusSocket = new StatusSocket(log, async () => {
      await this.#work;
      if (!this.#agent) throw new Error('the agent has not started');
      return { ...this.#agent.status(), version: options.version, pid: process.pid, since };
    });
  }

  start(): Promise<void> {
    this.#do(async () => {
      const config = this.#load();
      const prepared = this.#prepare(config);
      // Nobody waits for it, and what is wrong then ends the process.
      void prepared.answered();
      this.#agent = prepared.start();
      await this.#goOn(config);
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

  stop(): void {
    this.#stopping.abort();
    this.#manager.stopping();
    this.#do(async () => {
      await this.#statusSocket.close();
      await this.#agent?.stop();
    });
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
      this.#log('error', `the configuration stays as it was: ${next.message}`);
      this.#manager.ready(`the configuration could not be read again: ${next.message}`);
      return;
    }
    await this.#agent?.stop();
    this.#agent = next.prepared.start(this.#agent);
    this.#log('notice', 'the configuration was read again');
    await this.#goOn(next.config);
  }

  async #next(): Promise<{ config: Config; prepared: PreparedAgent } | Error> {
    try {
      const config = this.#load();
      const prepared = this.#prepare(config);
      try {
        await prepared.answered(this.#stopping.signal);
      } catch (error) {
        prepared.abandon();
        throw error;
      }
      return { config, prepared };
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #prepare(config: Config): PreparedAgent {
    const { dryRun, attach } = this.#options;
    return prepareAgent({
      config: { ...config, stateDirectory: stateDirectory(config) },
      destinations: destinationsOf(config, { dryRun }),
      log: this.#log,
      descriptor: { attach },
      dryRun,
    });
  }

  async #goOn(config: Config): Promise<void> {
    await this.#statusSocket.serveFor(config, this.#options);
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
