import { setMaxListeners } from 'node:events';
import type { Destination, Outcome } from '../destinations/index.js';
import type { OwnPlace } from '../files/index.js';
import type { Log } from '../log/index.js';
import { isNews, type ServiceResult } from '../services/index.js';
import { Detour } from './detour.js';
import { OutboxFile } from './outbox-file.js';
import { Refusals, type Refusal } from './refusals.js';
import { Retry } from './retry.js';
import { Saver } from './saver.js';
import { sentText } from './sent-text.js';
import type { Store } from './store.js';
import { Undelivered, type Item } from './undelivered.js';

export interface OutboxOptions {
  readonly destination: Destination;
  /** Where what waits outlives the agent; without it, it does not. */
  readonly file?: string;
  /** The one before this, which is stopped: what it has left is delivered by this one. */
  readonly before?: Outbox | undefined;
  /** Where somebody else has to answer for the file. */
  readonly place?: OwnPlace | undefined;
  readonly log: Log;
  /** Milliseconds within which each service's state is pushed again, whatever happens; undefined: it is not. */
  readonly heartbeat?: number | undefined;
  /** Whether the service of a result that was left from before is going to be pushed, whatever it is. Default: none is. */
  readonly isAwaited?: (result: ServiceResult) => boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds of a clock that nobody sets: a gateway may learn the time only when its network comes up. */
  readonly uptime?: () => number;
  /** Between the two. Default: the machine is never suspended. */
  readonly clock?: { fromWall(time: number): number; toWall(time: number): number };
  /** From 0 to 1, for the jitter. */
  readonly random?: () => number;
  /** It is known what became of results. */
  readonly onChange?: () => void;
}

export interface OutboxStatus {
  readonly name: string;
  /** Results that are not written yet. */
  readonly waiting: number;
  /** Milliseconds since 1970. */
  readonly lastDelivery?: number;
  /** What keeps them from arriving; absent when all is well. */
  readonly lastError?: string;
  /** Milliseconds since 1970. */
  readonly nextTry?: number;
  /** The next heartbeat is the next try. */
  readonly waitsForHeartbeat?: true;
  /** The services whose last result was refused, if there are any. */
  readonly refused?: readonly Refusal[];
  /** Of several servers, the one that took the last result, and why it was not the first. */
  readonly server?: string;
  readonly detour?: string;
}

/** More than this are not kept in order: then the newest of each service. */
const MOST_IN_ORDER = 1000;

/**
 * What one destination has yet to get. While it can be reached, that is every result, in order; what comes in one
 * instant travels together, and nothing waits for the outcome of what went before. When it cannot be reached, or
 * rejects, it is the newest of each service, in memory and on disk, until it arrives. A newer state is never
 * followed by an older one. What is refused by itself holds back nothing: the next of its service is tried again.
 */
export class Outbox {
  readonly #destination: Destination;
  readonly #file: string | undefined;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #uptime: () => number;
  readonly #clock: NonNullable<OutboxOptions['clock']>;
  readonly #onChange: () => void;
  readonly #stopped = new AbortController();
  readonly #undelivered = new Undelivered();
  readonly #refusals = new Refusals();
  readonly #retry: Retry;
  readonly #saver: Saver | undefined;
  /** Nothing is left from a file, and the destination took what it got last. */
  #isWell = true;
  #soon: NodeJS.Immediate | undefined;
  /** The batch that the next has to wait for. */
  #writing: readonly Item[] | undefined;
  #underWay = 0;
  #waitsForHeartbeat = false;
  /** What keeps results from arriving, until all batches that are under way have settled. */
  #failure: Failed | undefined;
  /** By the clock that nobody sets. */
  #lastDelivery: number | undefined;
  /** Of what has gone out, since when it is so, and what it is older than: its time does not tell once a clock was set. */
  readonly #sent = new WeakMap<ServiceResult, Pick<Item, 'since' | 'order'>>();
  readonly #detour = new Detour();
  #lastError: string | undefined;

  /** `store`: in the place of the file. */
  constructor(options: OutboxOptions, store = fileStore(options)) {
    const { destination, log, now = Date.now, random = Math.random } = options;
    const { uptime = options.now ?? (() => performance.now()), onChange = () => undefined } = options;
    this.#destination = destination;
    this.#file = options.file;
    this.#log = log;
    this.#now = now;
    this.#uptime = uptime;
    this.#clock = options.clock ?? {
      fromWall: (time) => uptime() + time - now(),
      toWall: (time) => now() + time - uptime(),
    };
    this.#onChange = onChange;
    this.#retry = new Retry({ uptime, random }, options.heartbeat, () => {
      this.#flush();
    });
    this.#saver = store && new Saver(store, () => this.#toSave(), uptime);
    // One for each batch whose outcome is not known yet.
    setMaxListeners(0, this.#stopped.signal);
    this.#restore(options);
  }

  push(result: ServiceResult): void {
    if (this.#isStopped()) return;
    this.#add(result);
    if (!this.#isWell || this.#undelivered.hasWaitingMoreThan(MOST_IN_ORDER)) this.#undelivered.keepNewest();
    this.#saver?.changed();
    if (isNews(result)) this.#retry.onNews();
    if (result.worsened) this.#retry.hasten();
    this.#flushSoon();
  }

  /**
   * Breaks off what is under way. Nothing is delivered after this, and what waits is in the file, or in memory for the next
   * one.
   *
   * @param isEnding so does the process: there is no next one
   */
  async stop(isEnding = false): Promise<void> {
    this.#stopped.abort();
    clearImmediate(this.#soon);
    this.#retry.stop();
    const [saved] = await Promise.all([this.#saver?.stop(isEnding), this.#destination.deliver.close?.()]);
    if (saved === 'unanswered' && isEnding)
      this.#say('warning', 'the disk does not answer: what waits may be lost');
  }

  /** It is stopped, and nobody goes on with it: what waits is lost if it is not in the file. */
  abandon(): void {
    if (this.#undelivered.newest().length > 0 && !this.#saver?.isUpToDate)
      this.#say(
        'warning',
        'is not in the configuration any more: what waits is lost, since it could not be written',
      );
  }

  status(): OutboxStatus {
    const { at } = this.#retry;
    const refused = this.#refusals.all().map((each) => ({ ...each, since: this.#timeOf(each.since) }));
    return {
      name: this.#destination.name,
      waiting: this.#undelivered.waiting,
      ...(this.#lastDelivery !== undefined && { lastDelivery: this.#timeOf(this.#lastDelivery) }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
      ...(at !== undefined && { nextTry: this.#timeOf(at) }),
      ...(this.#waitsForHeartbeat && { waitsForHeartbeat: true }),
      ...(refused.length > 0 && { refused }),
      ...this.#detour.status(),
    };
  }

  #restore({ before, isAwaited = () => false }: OutboxOptions): void {
    const left = before ? this.#goOnFrom(before) : [];
    const loading = this.#saver?.load() ?? [];
    if (loading instanceof Promise)
      void loading.then((late) => {
        this.#restoreLate(late, isAwaited);
      });
    const loaded = loading instanceof Promise ? [] : loading;
    // What comes before they are delivered takes their place.
    if (loaded.length > 0) this.#isWell = false;
    this.#restoreThese([...loaded, ...left], isAwaited);
  }

  /** @returns what that has left, be it in another file, which nobody may come back to */
  #goOnFrom(before: Outbox): ServiceResult[] {
    const items = before.#undelivered.newest();
    for (const item of items) this.#sent.set(item.result, item);
    if (items.length > 0) this.#isWell = before.#isWell;
    if (before.#saver && before.#file === this.#file) this.#saver?.goOnFrom(before.#saver);
    else if (items.length > 0) this.#saver?.changed();
    return items.map(({ result }) => result);
  }

  /** Of what was read late, a service that is told of by itself has been: what is newer may have gone out. */
  #restoreLate(results: readonly ServiceResult[], isAwaited: (result: ServiceResult) => boolean): void {
    for (const result of results.toReversed())
      if (!isAwaited(result)) this.#undelivered.putBack(result, this.#since(result));
    // Whoever goes on from here has it.
    if (this.#isStopped()) return;
    // What is in the file is over as soon as it is written anew.
    this.#saver?.changed();
    this.#flushSoon();
  }

  #restoreThese(results: readonly ServiceResult[], isAwaited: (result: ServiceResult) => boolean): void {
    if (results.length === 0) return;
    for (const result of results) {
      if (isAwaited(result)) this.#undelivered.keep(result, this.#since(result));
      else this.#add(result);
    }
    this.#flushSoon();
  }

  #add(result: ServiceResult): void {
    this.#undelivered.push(result, this.#since(result));
  }

  /** Since when it is so, by the clock that nobody sets. */
  #since(result: ServiceResult): number {
    return this.#sent.get(result)?.since ?? Math.min(this.#uptime(), this.#clock.fromWall(result.time));
  }

  /** One turn later, so that what happens in one instant travels together. */
  #flushSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#writing || this.#failure || this.#retry.at !== undefined) return;
    const batch = this.#undelivered.take();
    if (batch.length > 0) void this.#deliver(batch);
  }

  async #deliver(batch: readonly Item[]): Promise<void> {
    this.#writing = batch;
    this.#waitsForHeartbeat = false;
    this.#underWay++;
    const results = batch.map(({ result, since, order }) => {
      const sent = { ...result, delay: this.#now() - this.#clock.toWall(since) };
      this.#sent.set(sent, { since, order });
      return sent;
    });
    const outcomes = await this.#destination.deliver(
      results,
      this.#stopped.signal,
      () => {
        this.#onWritten(batch);
      },
      (lost, reason) => {
        this.#onLost(lost, reason);
      },
    );
    this.#underWay--;
    if (this.#writing === batch) this.#writing = undefined;
    if (this.#isStopped()) return;
    this.#settle(batch, results, outcomes);
    if (!this.#failure) this.#flush();
    else if (this.#underWay === 0) this.#tryAgainLater(this.#failure);
    this.#onChange();
  }

  /** What has failed is to be tried again, unless something newer has overtaken it; all else is over. */
  #settle(batch: readonly Item[], results: readonly ServiceResult[], outcomes: readonly Outcome[]): void {
    const failed = new Map<Item, Failed>();
    for (const [index, item] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === 'failed') failed.set(item, outcome);
    }
    const over = batch.filter((item) => !failed.has(item));
    this.#undelivered.over(over);
    const failures = this.#undelivered.returned([...failed.keys()]).flatMap((item) => failed.get(item) ?? []);
    for (const failure of failures) this.#onFailure(failure);
    if (failures.length === 0 && outcomes.some(isAnswered)) this.#onReached();
    if (over.length > 0) this.#onOver();
    for (const [index, result] of results.entries()) this.#tell(result, outcomes[index]);
  }

  #onWritten(batch: readonly Item[]): void {
    if (this.#writing !== batch || this.#isStopped()) return;
    this.#writing = undefined;
    this.#undelivered.written(batch);
    this.#saver?.notYet();
    if (this.#undelivered.waiting > 0) this.#saver?.inTime();
    this.#flush();
  }

  /** A server that stops is not there at once; of several, another one is. */
  #onLost(lost: readonly ServiceResult[], reason?: string): void {
    if (this.#isStopped()) return;
    const back = lost.filter((result) =>
      this.#undelivered.putBack(result, this.#since(result), this.#sent.get(result)?.order),
    );
    if (back.length > 0) this.#saver?.changed();
    if (back.length === 0 || this.#retry.at !== undefined) return;
    if (reason === undefined) {
      this.#flush();
      return;
    }
    this.#onFailure({ status: 'failed', failure: 'unreachable', reason });
    if (this.#underWay === 0 && this.#failure) this.#tryAgainLater(this.#failure);
    this.#onChange();
  }

  #onReached(): void {
    if (this.#retry.reset()) this.#say('notice', 'delivers again');
    this.#lastError = undefined;
    this.#isWell = true;
  }

  #onOver(): void {
    if (this.#undelivered.waiting > 0) this.#saver?.changed();
    else this.#saver?.clear();
  }

  /** Of several the one that somebody has to mend. */
  #onFailure(failed: Failed): void {
    if (this.#failure?.failure !== 'rejected') this.#failure = failed;
  }

  #tell(result: ServiceResult, outcome: Outcome | undefined): void {
    const { host, service } = result;
    if (outcome?.status === 'delivered') {
      this.#lastDelivery = this.#uptime();
      const news = this.#detour.take(outcome);
      if (news) this.#say(news.level, news.text);
      if (this.#refusals.end(result)) this.#say('notice', `takes ${service} of ${host} again`);
      if (this.#log.omitsDetails !== true) this.#say('detail', sentText(result));
    } else if (outcome?.status === 'refused') {
      const { by, reason } = outcome;
      if (this.#refusals.add({ host, service, by, reason, since: this.#uptime() }))
        this.#say('warning', refusalText(result, outcome));
    }
  }

  #tryAgainLater({ failure, reason }: Failed): void {
    this.#failure = undefined;
    this.#isWell = false;
    this.#lastError = reason;
    this.#undelivered.keepNewest();
    this.#saver?.inTime();
    const delay = this.#retry.after(failure, this.#undelivered.hasNews);
    this.#waitsForHeartbeat = delay === Infinity;
    const count = this.#undelivered.waiting;
    const waiting = count === 1 ? '1 result waits' : `${count} results wait`;
    const level = failure === 'rejected' ? 'error' : 'warning';
    const next = delay === Infinity ? 'with the next heartbeat' : `in ${Math.ceil(delay / 1000)} s`;
    this.#say(level, `${reason} (${waiting}, next try ${next})`);
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #toSave(): ServiceResult[] {
    return this.#undelivered.newest().map(({ result, since }) => ({ ...result, time: this.#timeOf(since) }));
  }

  /** As the clock is now: it may have been set since. */
  #timeOf(uptime: number): number {
    return Math.round(this.#clock.toWall(uptime));
  }

  #say(level: Parameters<Log>[0], message: string): void {
    this.#log(level, `${this.#destination.name}: ${message}`);
  }
}

type Failed = Extract<Outcome, { status: 'failed' }>;
type Refused = Extract<Outcome, { status: 'refused' }>;

/** Whether the server is there, and takes what it gets from here. */
function isAnswered(outcome: Outcome): boolean {
  return outcome.status === 'delivered' || (outcome.status === 'refused' && outcome.by === 'server');
}

function refusalText({ host, service }: ServiceResult, { by, reason }: Refused): string {
  const what = `${service} of ${host}`;
  const refused = by === 'server' ? `refuses ${what}` : `cannot be sent ${what}`;
  return `${refused}, each next result of it is tried again: ${reason}`;
}

function fileStore({ file, place, destination, log }: OutboxOptions): Store | undefined {
  if (file === undefined) return undefined;
  const warn = (message: string) => {
    log('warning', `${destination.name}: ${message}`);
  };
  return new OutboxFile(file, warn, place);
}
