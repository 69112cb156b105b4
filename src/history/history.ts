import { OwnFile, type OwnPlace } from '../files/index.js';
import type { ServiceResult } from '../services/index.js';
import { within } from '../waiting/index.js';
import { crossingOf, newCrossings, type Crossing, type ServiceHistory } from './crossing.js';
import { decodeHistory, encodeHistory, MOST } from './format.js';

/** Milliseconds. A history may lag: what happens together is one write, and a gateway's flash lasts. */
const SAVE_AFTER = 1000;
const PAUSE = 10_000;

type Service = Pick<ServiceHistory, 'description' | 'resource'>;

/**
 * The last crossings of each service, in a file that outlives the agent. Where something happens it costs a line in
 * memory; the file is written a second later, and at most each ten seconds; at rest nothing is.
 */
export class History {
  readonly #file: OwnFile;
  readonly #services: readonly (Service & { crossings: Crossing[] })[];
  readonly #byName: ReadonlyMap<string, Crossing[]>;
  #timer: NodeJS.Timeout | undefined;
  #lastWrite = -Infinity;
  #isUpToDate = true;
  #writing: Promise<void> = Promise.resolve();
  /** A write waits for its turn: it has all that has come until then. */
  #isQueued = false;

  /**
   * @param services those that have a history; of others it is given up
   * @param place where the file cannot be touched yet
   */
  constructor(path: string, services: readonly Service[], warn: (message: string) => void, place?: OwnPlace) {
    const words = {
      what: 'a history',
      unreadable: 'the history begins anew',
      damaged: 'it begins anew',
      unwritable: 'the history is lost if the agent ends',
    };
    this.#file = new OwnFile(path, words, warn, place);
    this.#services = services.map(({ description, resource }) => ({ description, resource, crossings: [] }));
    const later = this.#file.readLater(decodeHistory);
    if (later)
      // What is not read yet is not written over.
      this.#writing = later.then((before) => {
        this.#addBefore(before ?? [], place?.wasAnothers?.());
      });
    else this.#addBefore(this.#file.read(decodeHistory) ?? []);
    this.#byName = new Map(this.#services.map(({ description, crossings }) => [description, crossings]));
  }

  /** Of each, as it is now. */
  get services(): readonly ServiceHistory[] {
    return this.#services;
  }

  /** Keeps a change; the first state after a start is one if it is not that of before. */
  add(result: ServiceResult): void {
    const crossings = this.#byName.get(result.service);
    if (result.cause !== 'change' || !crossings || crossings.at(-1)?.state === result.state) return;
    crossings.push(crossingOf(result));
    if (crossings.length > MOST) crossings.shift();
    this.#isUpToDate = false;
    this.#timer ??= setTimeout(
      () => {
        this.#save();
      },
      Math.max(SAVE_AFTER, this.#lastWrite + PAUSE - performance.now()),
    );
  }

  /** When all is on the disk, or it has not answered. @param isEnding so does the process */
  async stop(isEnding = false): Promise<void> {
    this.#save();
    await within(this.#file.patience(isEnding), () => this.#writing);
  }

  /** @param areShared by an agent that has seen what this one has, as long as it had the file */
  #addBefore(before: readonly ServiceHistory[], areShared = false): void {
    for (const { description, resource, crossings } of this.#services) {
      const same = before.find((each) => each.description === description && each.resource === resource);
      const read = (same?.crossings ?? []).slice(-MOST);
      if (areShared) crossings.splice(0, Infinity, ...newCrossings(read, crossings));
      crossings.unshift(...read);
      crossings.splice(0, crossings.length - MOST);
    }
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isUpToDate) return;
    this.#isUpToDate = true;
    this.#lastWrite = performance.now();
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#writing = this.#writing.then(() => {
      this.#isQueued = false;
      return this.#file.write(encodeHistory(this.#services));
    });
  }
}
