import { sendUnixDatagram, SystemError } from '../ffi/index.js';
import type { Log } from '../log/index.js';

/** The manager that started this service and wants to know how it does (sd_notify(3), systemd's Type=notify). */
export interface ServiceManager {
  /** The start, or a reload, is done. */
  ready(status: string): void;
  reloading(): void;
  /** One line for `systemctl status`. */
  status(status: string): void;
  /** Nothing is told after this. */
  stopping(): void;
}

const nobody: ServiceManager = {
  ready: () => undefined,
  reloading: () => undefined,
  status: () => undefined,
  stopping: () => undefined,
};

/**
 * The manager that the environment names, if any. Its variables are taken out of the environment: they
 * are for this process, and no child may speak in its name.
 *
 * From the first ready() on, a manager that watches over this process (WatchdogSec=) hears of it twice
 * in each interval.
 */
export function serviceManager(environment: NodeJS.ProcessEnv, log: Log): ServiceManager {
  const address = take(environment, 'NOTIFY_SOCKET');
  const interval = watchdogInterval(environment);
  if (address === undefined || address === '') return nobody;
  if (!/^[/@]./.test(address)) {
    log('warning', `NOTIFY_SOCKET=${address} is neither a path nor @name: the service manager hears nothing`);
    return nobody;
  }
  return new Notifier(address, interval, log);
}

/** Milliseconds; undefined if nobody watches over this process (sd_watchdog_enabled(3)). */
function watchdogInterval(environment: NodeJS.ProcessEnv): number | undefined {
  const pid = take(environment, 'WATCHDOG_PID');
  const microseconds = Number(take(environment, 'WATCHDOG_USEC') ?? '');
  const isOurs = pid === undefined || Number(pid) === process.pid;
  return isOurs && Number.isSafeInteger(microseconds) && microseconds > 0 ? microseconds / 1000 : undefined;
}

function take(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const { [name]: value } = environment;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the environment has no other way
  delete environment[name];
  return value;
}

/** Milliseconds after which a manager whose queue was full is told again. */
const BETWEEN_TRIES = 1000;
/** Messages that wait for it. What is true is in the last ones. */
const MOST_WAITING = 64;

class Notifier implements ServiceManager {
  readonly #address: string;
  readonly #watchdogInterval: number | undefined;
  readonly #log: Log;
  #watchdog: NodeJS.Timeout | undefined;
  #isSilent = false;
  /** What a manager that does not read has yet to be told, in order. */
  #waiting: string[] = [];
  #nextTry: NodeJS.Timeout | undefined;

  constructor(address: string, watchdogInterval: number | undefined, log: Log) {
    this.#address = address;
    this.#watchdogInterval = watchdogInterval;
    this.#log = log;
  }

  ready(status: string): void {
    this.#tell('READY=1', statusLine(status));
    if (this.#watchdogInterval === undefined) return;
    this.#watchdog ??= setInterval(() => {
      this.#tell('WATCHDOG=1');
    }, this.#watchdogInterval / 2).unref();
  }

  reloading(): void {
    // systemd compares this with the time of the signal: CLOCK_MONOTONIC, as hrtime() reads it on Linux.
    this.#tell('RELOADING=1', `MONOTONIC_USEC=${String(process.hrtime.bigint() / 1000n)}`);
  }

  status(status: string): void {
    this.#tell(statusLine(status));
  }

  stopping(): void {
    clearInterval(this.#watchdog);
    clearTimeout(this.#nextTry);
    this.#nextTry = undefined;
    this.#tell('STOPPING=1', statusLine('stopping'));
    clearTimeout(this.#nextTry);
  }

  #tell(...assignments: string[]): void {
    this.#waiting = [...this.#waiting, assignments.join('\n')].slice(-MOST_WAITING);
    if (this.#nextTry === undefined) this.#tellWaiting();
  }

  /** One that hangs is told later: nothing here waits for it. */
  #tellWaiting(): void {
    this.#nextTry = undefined;
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      if (this.#send(first) === 'its queue is full') {
        this.#nextTry = setTimeout(() => {
          this.#tellWaiting();
        }, BETWEEN_TRIES).unref();
        return;
      }
      this.#waiting.shift();
    }
  }

  /** A manager that cannot be reached is told of once; it will end this process by itself if it wants to. */
  #send(message: string): 'its queue is full' | 'done' {
    try {
      sendUnixDatagram(this.#address, message);
      // Only the last one shows that it goes on.
      if (this.#waiting.length === 1) this.#isSilent = false;
      return 'done';
    } catch (error) {
      if (!this.#isSilent)
        this.#log('warning', `the service manager cannot be told: ${(error as Error).message}`);
      this.#isSilent = true;
      return error instanceof SystemError && error.code === 'EAGAIN' ? 'its queue is full' : 'done';
    }
  }
}

/** A newline would begin another assignment. */
function statusLine(status: string): string {
  return `STATUS=${status.replace(/\s*\n\s*/g, ' ')}`;
}
