import { OwnFile, type OwnPlace } from '../files/index.js';
import type { Resource } from '../resources/index.js';
import type { ServiceResult } from '../services/index.js';
import { within } from '../waiting/index.js';
import { crossingOf, type KeptCrossing, type KeptHistory, type ServiceHistory } from './crossing.js';
import { decodeHistory, encodeHistory, MOST, type HistoryContent } from './format.js';

/** Milliseconds. A history may lag: what happens together is one write, and a gateway's flash lasts. */
const SAVE_AFTER = 1000;
const PAUSE = 10_000;

type Service = Pick<ServiceHistory, 'description' | 'resource'>;

export interface HistoryOptions {
  readonly warn: (message: string) => void;
  /** To one that nobody sets, and back to the time of day as it is now: a gateway may begin in 1970. */
  readonly clock: { fromWall(time: number): number; toWall(time: number): number };
  /** Where somebody else has to answer for the file. */
  readonly place?: OwnPlace | undefined;
  /** The one before this, which is stopped: it goes on here, whatever is on the disk. */
  readonly before?: History | undefined;
}

/**
 * The last crossings of each service, in a file that outlives the agent. Where something happens it costs a line in
 * memory; the file is written a second later, and at most each ten seconds; at rest nothing is.
 */
export class History {
  readonly #path: string;
  readonly #file: OwnFile;
  readonly #clock: HistoryOptions['clock'];
  /** Those of this boot have their time by the clock that nobody sets. */
  readonly #services: readonly (Service & { crossings: KeptCrossing[] })[];
  readonly #byName: ReadonlyMap<string, KeptCrossing[]>;
  #arrivals = 0;
  #firstOfBoot = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastWrite = -Infinity;
  #isUpToDate = true;
  #isStopped = false;
  /** What is in the file is known. */
  #isRead = false;
  #writing: Promise<void> = Promise.resolve();
  /** A write waits for its turn: it has all that has come until then. */
  #isQueued = false;

  /** @param services those that have a history; of others it is given up */
  constructor(path: string, services: readonly Service[], { warn, clock, place, before }: HistoryOptions) {
    this.#path = path;
    const words = {
      what: 'a history',
      unreadable: 'the history begins anew',
      damaged: 'it begins anew',
      unwritable: 'the history is lost if the agent ends',
    };
    this.#file = new OwnFile(path, words, warn, place);
    this.#clock = clock;
    this.#services = services.map(({ description, resource }) => ({ description, resource, crossings: [] }));
    this.#byName = new Map(this.#services.map(({ description, crossings }) => [description, crossings]));
    if (before) this.#goOnFrom(before);
    if (!this.#isRead) this.#read();
  }

  /** The last ones of all services, in the order in which they came. */
  last(most: number): (KeptCrossing & { readonly service: string; readonly resource: Resource })[] {
    return this.#asOfNow()
      .flatMap(({ description, resource, crossings }) =>
        crossings.map((crossing) => ({ ...crossing, service: description, resource })),
      )
      .sort((one, other) => one.arrival - other.arrival)
      .slice(-most);
  }

  /** Keeps a change; the first state after a start is one if it is not that of before. */
  add(result: ServiceResult): void {
    const crossings = this.#byName.get(result.service);
    if (result.cause !== 'change' || !crossings || crossings.at(-1)?.state === result.state) return;
    const time = this.#clock.fromWall(result.time);
    crossings.push({ ...crossingOf(result), time, arrival: this.#arrivals++ });
    if (crossings.length > MOST) crossings.shift();
    this.#isUpToDate = false;
    this.#saveSoon();
  }

  /**
   * When all is on the disk, or it has not answered.
   *
   * @param isEnding so does the process; default: another one goes on
   */
  async stop(isEnding = false): Promise<void> {
    this.#isStopped = true;
    if (!isEnding) this.#file.leave();
    this.#save();
    const settled = await within(this.#file.patience(isEnding), () => this.#writing);
    if (settled === 'late') this.#isUpToDate = false;
  }

  #goOnFrom(before: History): void {
    this.#file.goOnFrom(before.#file);
    // So that who looks all the time knows what has come since.
    this.#arrivals = before.#arrivals;
    this.#firstOfBoot = before.#firstOfBoot;
    for (const service of this.#services) service.crossings.push(...crossingsIn(before.#services, service));
    if (before.#path === this.#path) {
      this.#isRead = before.#isRead || before.#file.isRead;
      this.#isUpToDate = before.#isUpToDate;
    } else this.#isUpToDate = this.#services.every(({ crossings }) => crossings.length === 0);
    if (!this.#isUpToDate) this.#saveSoon();
  }

  #read(): void {
    const content = this.#file.read(decodeHistory);
    if (content instanceof Promise)
      // What is not read yet is not written over.
      this.#writing = content.then((late) => {
        this.#addBefore(late);
      });
    else this.#addBefore(content);
  }

  /**
   * Of the file what was before all that is known here. What came after that is known as well: of another agent, which had
   * the file meanwhile, or as this one had it once.
   */
  #addBefore(content: HistoryContent | undefined): void {
    if (!content) return;
    // Below 0 are those of another file, too: what is read now comes before them.
    const end = Math.min(0, ...this.#services.map(({ crossings }) => crossings[0]?.arrival ?? 0));
    const known = this.#asOfNow();
    const firstKnown = this.#firstOfBoot;
    const firstRead = content.firstOfBoot + end;
    this.#firstOfBoot = end < firstKnown ? firstKnown : firstRead;
    for (const [index, service] of this.#services.entries()) {
      const { crossings } = service;
      const first = known[index]?.crossings[0];
      // Of two boots the times say nothing.
      const isBefore = ({ time, arrival }: KeptCrossing) =>
        !first || time < first.time || (arrival < firstRead && first.arrival >= firstKnown);
      const kept = crossingsIn(content.services, service)
        .map((crossing) => ({ ...crossing, arrival: crossing.arrival + end }))
        .filter(isBefore);
      const read = this.#withTimes(kept, (time) => this.#clock.fromWall(time));
      // The first state after a start is no change if it was that of before.
      crossings.splice(0, first?.state === read.at(-1)?.state ? 1 : 0, ...read);
      crossings.splice(0, crossings.length - MOST);
    }
  }

  #saveSoon(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#save();
      },
      Math.max(SAVE_AFTER, this.#lastWrite + PAUSE - performance.now()),
    );
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isUpToDate) return;
    this.#isUpToDate = true;
    this.#lastWrite = performance.now();
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    this.#isQueued = false;
    const text = encodeHistory({ services: this.#asOfNow(), firstOfBoot: this.#firstOfBoot });
    if (await this.#file.write(text)) return;
    this.#isUpToDate = false;
    if (!this.#isStopped) this.#saveSoon();
  }

  #asOfNow(): KeptHistory[] {
    const toWall = (time: number) => Math.round(this.#clock.toWall(time));
    return this.#services.map((service) => ({
      ...service,
      crossings: this.#withTimes(service.crossings, toWall),
    }));
  }

  /** What was in another boot was when it says. */
  #withTimes(crossings: readonly KeptCrossing[], timeOf: (time: number) => number): KeptCrossing[] {
    return crossings.map((crossing) =>
      crossing.arrival < this.#firstOfBoot ? crossing : { ...crossing, time: timeOf(crossing.time) },
    );
  }
}

function crossingsIn(services: readonly KeptHistory[], { description, resource }: Service) {
  const same = services.find((each) => each.description === description && each.resource === resource);
  return same?.crossings ?? [];
}
