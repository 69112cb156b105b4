import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, openWithoutWaiting, putAside, readWithoutWaiting, replaceFile } from '../files/index.js';
import type { ServiceResult } from '../services/index.js';
import { crossingOf, type Crossing, type ServiceHistory } from './crossing.js';
import { decodeHistory, encodeHistory, MOST } from './format.js';

/** Milliseconds. A history may lag: what happens together is one write, and a gateway's flash lasts. */
const SAVE_AFTER = 1000;
const PAUSE = 10_000;
/** Milliseconds that the disk has at the end. */
const LAST = 5000;

type Service = Pick<ServiceHistory, 'description' | 'resource'>;

/**
 * The last crossings of each service, in a file that outlives the agent. Where something happens it costs a line in
 * memory; the file is written a second later, and at most each ten seconds; at rest nothing is.
 */
export class History {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  readonly #services: readonly (Service & { crossings: Crossing[] })[];
  readonly #byName: ReadonlyMap<string, Crossing[]>;
  #timer: NodeJS.Timeout | undefined;
  #lastWrite = -Infinity;
  #isUpToDate = true;
  #writing: Promise<void> = Promise.resolve();
  #hasWarned = false;

  /** @param services those that have a history; of others it is given up */
  constructor(path: string, services: readonly Service[], warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
    const before = this.#load();
    this.#services = services.map(({ description, resource }) => {
      const same = before.find((each) => each.description === description && each.resource === resource);
      return { description, resource, crossings: [...(same?.crossings ?? [])].slice(-MOST) };
    });
    this.#byName = new Map(this.#services.map(({ description, crossings }) => [description, crossings]));
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

  /** When all is on the disk, or it has not answered. */
  async stop(): Promise<void> {
    this.#save();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST)));
    await Promise.race([this.#writing, tooLate]);
    clearTimeout(timer);
  }

  #load(): readonly ServiceHistory[] {
    try {
      const history = decodeHistory(readWithoutWaiting(this.#path));
      if (history) return history;
      this.#warn(`${this.#path} is not a history, or damaged: it begins anew; ${putAside(this.#path)}`);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT')
        this.#warn(
          `${this.#path} cannot be read (${codeOf(error)}): the history begins anew; check its owner and mode`,
        );
    }
    return [];
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isUpToDate) return;
    this.#isUpToDate = true;
    this.#lastWrite = performance.now();
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await replaceFile(this.#path, openWithoutWaiting, async (file) => {
        await file.writeFile(encodeHistory(this.#services));
        await file.sync();
      });
      this.#hasWarned = false;
    } catch (error) {
      if (!this.#hasWarned)
        this.#warn(
          `${this.#path} cannot be written (${codeOf(error)}): the history is lost if the agent ends; ${this.#adviceOn(error)}`,
        );
      this.#hasWarned = true;
    }
  }

  #adviceOn(error: unknown): string {
    // Of `node --permission`. A directory that is not there yet needs the asterisk.
    return codeOf(error) === 'ERR_ACCESS_DENIED'
      ? `give Node.js --allow-fs-write=${dirname(this.#path)}/*`
      : "check the disk, and the directory's owner and mode";
  }
}
