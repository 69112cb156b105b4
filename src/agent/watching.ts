import type { Log } from '../log/index.js';
import { addIfThere, matchesOf, type Selecting } from '../selection/index.js';
import { RlimitEventsError, type Group, type RlimitEvent } from 'rlimit-events';
import { Roster, Service, type ServiceResult } from '../services/index.js';
import { afterSending } from './after-sending.js';
import { steadyClock } from './clock.js';
import type { Descriptor, Kernel } from './kernel.js';
import { Losses, type Lost } from './losses.js';
import type { AgentOptions } from './options.js';
import { Rush } from './rush.js';
import {
  groupOf,
  groupsOf,
  select,
  selectionsOf,
  type ConfiguredService,
  type Selection,
} from './selections.js';

/** Milliseconds that a timer can wait. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Whoever was seen so many milliseconds ago is older than the kernel takes for young, by each clock. */
const SETTLED = 1500;
/** How much earlier than a result could become due it is waited again for each process. */
const EARLIER = 5;

type WatchingOptions = Pick<AgentOptions, 'config' | 'log' | 'descriptor'>;

/** Who is told what has come of the events. */
export interface WatchingListener {
  /** Of one instant, in order. */
  onResults(results: readonly ServiceResult[]): void;
  onEnd(pid: number): void;
  /** All is told that there was to tell. */
  onSettled?(): void;
}

/**
 * The services of a configuration, and the descriptor that tells them what happens. It wakes for events,
 * and when a service has something to say later.
 */
export class Watching {
  readonly services: readonly ConfiguredService[];
  readonly descriptor: Descriptor;
  readonly #roster = new Roster();
  readonly #log: Log;
  readonly #losses: Losses;
  readonly #selections: readonly Selection[];
  readonly #groups = new Map<string, Group>();
  #selected: Selecting[] = [];
  #listener: WatchingListener | undefined;
  readonly #rush = new Rush();
  /** Until then nobody who just comes or goes makes a result due. */
  #calmUntil = -Infinity;
  /** The time of which results were asked last. */
  #asked = -Infinity;
  #settlesSoon = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    { config: { host, services, btfFile }, log, descriptor: options }: WatchingOptions,
    kernel: Kernel,
  ) {
    this.#log = log;
    this.#losses = new Losses(log);
    this.services = services.map((definition) => ({
      definition,
      service: new Service({ host, ...definition }),
    }));
    this.#selections = selectionsOf(this.services);
    const [first, ...others] = new Set(services.map(({ resource }) => resource));
    this.descriptor = kernel.openDescriptor(
      (event) => {
        this.#handle(event);
      },
      {
        btfFile,
        ...options,
        ...(first && { resources: [first, ...others] }),
        groups: groupsOf(this.#selections),
        matches: [...new Set(services.flatMap(({ process }) => matchesOf(process.kind)))],
      },
    );
  }

  /**
   * Opens the descriptor and gives it the services' processes.
   *
   * @throws RlimitEventsError, LibraryMissingError
   */
  static open(options: WatchingOptions, kernel: Kernel): Watching {
    const watching = new Watching(options, kernel);
    const { attach, mayMiss, unproven } = watching.descriptor;
    if (mayMiss !== undefined) options.log('warning', `attach mode ${attach} is not exact here: ${mayMiss}`);
    if (unproven !== undefined)
      options.log('warning', `attach mode ${attach} is not proven to see everything here: ${unproven}`);
    try {
      watching.#select();
    } catch (error) {
      watching.close();
      throw error;
    }
    return watching;
  }

  /**
   * When all who had to be asked about who is meant have answered, or have not in time. Until then their services say
   * nothing, and all others are watched.
   *
   * @param signal nobody waits any more
   * @throws RlimitEventsError as open()
   */
  async answered(signal?: AbortSignal): Promise<void> {
    const all = Promise.all(this.#selected.map(({ answered }) => answered ?? Promise.resolve()));
    await new Promise((resolve, reject) => {
      signal?.addEventListener('abort', resolve);
      all.then(resolve, reject).finally(() => signal?.removeEventListener('abort', resolve));
    });
  }

  /** Who is watched now, by the selection. */
  members(): ReadonlyMap<string, readonly number[]> {
    const members = new Map(this.#selections.map(({ name }) => [name, [] as number[]]));
    for (const { pid, groups } of this.descriptor.report())
      for (const name of groups) members.get(name)?.push(pid);
    return members;
  }

  /**
   * Takes over whom another watches by the same selections and this one does not know: of a child whose parent has
   * ended, only who has seen the parent knows that it belongs here.
   *
   * @throws RlimitEventsError exhausted
   */
  adopt(others: ReadonlyMap<string, readonly number[]>): void {
    const known = this.members();
    for (const { name, inherit, selector } of this.#selections) {
      if (!inherit || selector.kind === 'all') continue;
      const here = new Set(known.get(name));
      for (const pid of others.get(name) ?? []) if (!here.has(pid)) this.#addIfThere(name, pid);
    }
    this.descriptor.tellNow();
  }

  /** @throws RlimitEventsError full, busy or exhausted: it would be watched no more, and nobody would know */
  #addIfThere(name: string, pid: number): void {
    const group = this.#groups.get(name);
    if (group) addIfThere(group, pid);
  }

  /** The results that are due now, and from now on those that come. */
  begin(listener: WatchingListener): void {
    this.#listener = listener;
    this.settle();
  }

  /** The results of this moment. */
  results(now = steadyClock.now()): ServiceResult[] {
    this.#asked = now;
    return this.#roster.results(now).map(asOfDay);
  }

  /** Gives out the results that are due, and looks when the next will be. */
  settle(): void {
    this.catchUp();
    this.#settlesSoon = false;
    this.#tell();
    this.#listener?.onSettled?.();
    clearTimeout(this.#timer);
    const wakeAt = Math.min(this.#roster.wakeAt ?? Infinity, this.#waitForRush());
    if (wakeAt === Infinity) return;
    this.#timer = setTimeout(
      () => {
        this.settle();
      },
      Math.min(LONGEST_TIMEOUT, Math.max(0, Math.ceil(wakeAt - steadyClock.now()))),
    );
  }

  /** Afterwards the services know all that has happened. */
  catchUp(): void {
    if (this.descriptor.isPatient) this.descriptor.tellNow();
  }

  /** Whether the kernel has kept programs from running: it tells only who asks. */
  check(): void {
    this.catchUp();
    this.descriptor.check();
  }

  /** What was not told, since the start. */
  get lost(): Lost {
    return this.#losses;
  }

  /** What was not told of who was watched before is counted on. */
  goOnFrom(before: Lost): void {
    this.#losses.goOnFrom(before);
  }

  /** Removes everything from the kernel, after all that has happened has been told. */
  close(): void {
    // What lies in the queue goes with the descriptor.
    this.descriptor.tellNow();
    this.check();
    this.#losses.say();
    this.#listener = undefined;
    this.#settlesSoon = false;
    clearTimeout(this.#timer);
    for (const selected of this.#selected) selected.stop();
    this.descriptor.close();
  }

  #select(): void {
    for (const selection of this.#selections) {
      const group = groupOf(this.descriptor, selection);
      this.#groups.set(selection.name, group);
      const selecting = select(group, selection, this.#log, (doubt) => {
        this.#onAnswer(selection, doubt);
      });
      if (selecting) this.#selected.push(selecting);
      if (selecting?.answered) for (const service of selection.services) service.awaitAnswer();
      else this.#roster.assign(selection.name, selection.services);
    }
    // What is in the queue yet is older than what is read now, and would be told after it.
    this.descriptor.tellNow();
    this.#report();
    this.descriptor.tellNow();
  }

  #onAnswer({ name, services }: Selection, doubt: string | undefined): void {
    // As at the start; before these services are asked for results, and after all is known of them.
    this.descriptor.tellNow();
    this.#roster.assign(name, services);
    const problem = this.#problemOf(() => {
      this.#report(name);
    });
    // Then: who has processes was never without one.
    const now = steadyClock.now();
    for (const service of services) service.doubt(doubt ?? problem?.message, now);
    this.descriptor.tellNow();
    if (this.#listener) this.settle();
    // It is asked again.
    if (problem) throw problem;
  }

  /** That it cannot be done now, for want of descriptors or memory. */
  #problemOf(work: () => void): RlimitEventsError | undefined {
    try {
      work();
      return undefined;
    } catch (error) {
      if (!(error instanceof RlimitEventsError) || error.code !== 'exhausted') throw error;
      return error;
    }
  }

  /** Who is watched already; of one group, or of all. */
  #report(group?: string): void {
    const now = steadyClock.now();
    for (const process of this.descriptor.report())
      if (group === undefined || process.groups.includes(group)) this.#roster.add(process, now);
  }

  #handle(event: RlimitEvent): void {
    if (event.type === 'lost') this.#losses.add(event);
    const steady = asSteady(event);
    this.#roster.handle(steady);
    if (event.type === 'process-ended') this.#listener?.onEnd(event.pid);
    if (!this.#listener) return;
    const now = steadyClock.now();
    if (isOfRush(steady)) this.#rush.note();
    // After each event: of two crossings that are read together, both are told.
    const isTold = this.#tell(
      isOfRush(steady) && steady.time < this.#calmUntil ? this.#asOf(steady.time, now) : now,
    );
    this.#settleSoon(isTold);
  }

  /** What was read late makes due what was due at its time, and not what would be if it had happened now. */
  #asOf(time: number, now: number): number {
    return Math.min(now, Math.max(time, this.#asked));
  }

  /**
   * While many processes come and go, and none of that makes a result due, this comes by itself for them. Everything else
   * wakes it as before.
   *
   * @returns when to look again; Infinity: it is woken for everything
   */
  #waitForRush(): number {
    const now = steadyClock.now();
    const { descriptor } = this;
    const until = this.#rush.isOn(now)
      ? Math.min(now + this.#rush.period, this.#roster.calmUntil(now - SETTLED) - EARLIER)
      : -Infinity;
    const isPatient = until > now;
    if (isPatient) this.#calmUntil = until;
    if (isPatient !== descriptor.isPatient) descriptor.bePatient(isPatient);
    return isPatient ? until : Infinity;
  }

  /**
   * When all events that were read together have been handed over, and after the results of them, which do not wait
   * for it. Without results not by setImmediate(): Node checks what it is given in a function that some thousands of
   * events make busy enough to be optimized, which alone needs 3.4 MiB.
   */
  #settleSoon(isTold: boolean): void {
    if (this.#settlesSoon) return;
    this.#settlesSoon = true;
    void (isTold ? afterSending() : Promise.resolve()).then(() => {
      if (this.#settlesSoon) this.settle();
    });
  }

  /** @returns whether there was anything to tell */
  #tell(now = steadyClock.now()): boolean {
    const results = this.results(now);
    if (results.length > 0) this.#listener?.onResults(results);
    return results.length > 0;
  }
}

function isOfRush(event: RlimitEvent): event is RlimitEvent & { readonly time: number } {
  return event.type.startsWith('process-');
}

function asSteady(event: RlimitEvent): RlimitEvent {
  if (!('time' in event)) return event;
  const time = steadyClock.fromWall(event.time);
  return time === event.time ? event : { ...event, time };
}

/** With its time of day, for others. */
export function asOfDay(result: ServiceResult): ServiceResult {
  return { ...result, time: steadyClock.toWall(result.time) };
}
