import { resolve } from 'node:path';
import { foreignMounts } from './mount-table.js';
import { placesOf } from './path-places.js';
import { isForbidden, startScript, wasWanted } from './script.js';

/** Seconds that whoever has a file may take for an answer. */
const LONGEST_ANSWER = 5;
/** Milliseconds, of somebody without whom the process ends. */
const LAST_ANSWER = 300;

/**
 * Asks for a mount and for a path: for the mount too, since that a file is not there can be remembered; and past what is
 * remembered of both, where stat(1) can do that. BusyBox's cannot, and OpenWrt has none.
 */
const ASK = 'stat --cached=never -L -- "$@" || { [ -e "$1" ]; [ -e "$2" ]; }';

/** Milliseconds until somebody is sent once more, where there was no descriptor, process or memory for it. */
const PAUSE = 1000;

/** Somebody who asks for a path, and waits for as long as it takes. */
class Asker {
  readonly mount: string;
  readonly ended: Promise<void>;
  readonly #path: string;
  #isLate = false;
  #end: () => void = () => undefined;

  /** @throws Error nobody can be sent */
  constructor(mount: string, path: string) {
    this.mount = mount;
    this.#path = path;
    const timer = setTimeout(() => {
      this.#isLate = true;
    }, LONGEST_ANSWER * 1000);
    this.ended = new Promise((resolve) => {
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#send();
  }

  #send(): void {
    try {
      const child = startScript(ASK, [this.mount, this.#path], 'ignore');
      child.once('exit', () => {
        wasWanted(child);
        this.#end();
      });
      child.once('error', (error) => {
        if (isForbidden(error)) this.#end();
        else this.#sendLater();
      });
    } catch (error) {
      if (isForbidden(error)) {
        this.#end();
        throw error;
      }
      this.#sendLater();
    }
  }

  /** That nobody could be sent says nothing of whether he answers. */
  #sendLater(): void {
    setTimeout(() => {
      this.#send();
    }, PAUSE).unref();
  }

  get isLate(): boolean {
    return this.#isLate;
  }
}

/** By path. One that is not answered stays: it tells when the mount answers again, and nobody else has to ask. */
const askers = new Map<string, Asker>();

/** Whether looking at a path can take for ever, since it leads to or over a mount that somebody else has to answer for. */
export function canHang(path: string): boolean {
  return mountOnTheWay(resolve(path)) !== undefined;
}

/** Where a way ends that may not be gone to its end: see placesOf(). */
export function placesBeforeMounts(path: string): Map<string, Set<string>> {
  const foreign = foreignMounts();
  return placesOf(path, (place) => foreign.some((mount) => isAtOrBelow(place, mount)));
}

/**
 * Whether whoever has a path answers: then it can be looked at now. At once where nobody has to be asked.
 *
 * @param signal nobody waits any more
 * @param patience milliseconds; default: as notAnswered() says
 */
export async function answers(
  written: string,
  signal?: AbortSignal,
  patience = LONGEST_ANSWER * 1000,
): Promise<boolean> {
  const path = resolve(written);
  const mount = mountOnTheWay(path);
  if (mount === undefined) return true;
  if (signal?.aborted) return false;
  const asker = lateAt(mount) ?? askers.get(path) ?? ask(mount, path);
  if (!asker || asker.isLate) return asker === undefined;
  return inTime(asker.ended, patience, signal);
}

/**
 * When what is not answered can be answered: whoever waits for it has been. The same promise as long as that is so, since who
 * asks again and again must not wait for it each time anew: it keeps whatever waits, for as long as nobody answers.
 */
export function untilAnswered(written: string): Promise<void> {
  const path = resolve(written);
  const mount = mountOnTheWay(path);
  const asker = mount === undefined ? undefined : (lateAt(mount) ?? askers.get(path));
  return asker?.ended ?? Promise.resolve();
}

/** Whether he does when the process ends: then he has hardly any time. */
export function answersAtTheEnd(path: string): Promise<boolean> {
  return answers(path, undefined, LAST_ANSWER);
}

/**
 * Waits until whoever has a path answers, however long that takes.
 *
 * @param onSilence is given what to tell of it, once, if he does not at first
 * @returns false: nobody waits any more
 */
export async function whenAnswered(
  path: string,
  signal: AbortSignal,
  onSilence: (problem: string) => void,
): Promise<boolean> {
  let isTold = false;
  while (!(await answers(path, signal))) {
    if (signal.aborted) return false;
    if (!isTold) onSilence(notAnswered(path));
    isTold = true;
    await untilAnswered(path);
  }
  return !signal.aborted;
}

/** Somebody has to answer first. The message is one line. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  readonly path: string;

  constructor(path: string) {
    super(notAnswered(path));
    this.path = path;
  }
}

/** @throws UnansweredError of the first that is not answered; all are asked side by side */
export async function mustAnswer(paths: readonly string[]): Promise<void> {
  const answered = await Promise.all(paths.map((path) => answers(path)));
  const silent = paths.find((_, index) => answered[index] === false);
  if (silent !== undefined) throw new UnansweredError(silent);
}

/** As it is told of a path. */
export function notAnswered(path: string): string {
  return `${path} was not answered within ${LONGEST_ANSWER} s`;
}

function mountOnTheWay(path: string): string | undefined {
  const foreign = foreignMounts();
  if (foreign.length === 0) return undefined;
  let found: string | undefined;
  placesOf(path, (place) => {
    found ??= foreign.find((mount) => isAtOrBelow(place, mount));
    return found !== undefined;
  });
  return found;
}

const isAtOrBelow = (place: string, mount: string) => place === mount || place.startsWith(`${mount}/`);

function lateAt(mount: string): Asker | undefined {
  return [...askers.values()].find((asker) => asker.isLate && asker.mount === mount);
}

/** @returns undefined: Node.js may not start programs (--permission) */
function ask(mount: string, path: string): Asker | undefined {
  try {
    const asker = new Asker(mount, path);
    askers.set(path, asker);
    void asker.ended.then(() => askers.delete(path));
    return asker;
  } catch {
    return undefined;
  }
}

async function inTime(event: Promise<void>, patience: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isAnswered: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      resolve(isAnswered);
    };
    const giveUp = () => {
      settle(false);
    };
    const timer = setTimeout(giveUp, patience);
    signal?.addEventListener('abort', giveUp);
    void event.then(() => {
      settle(true);
    });
  });
}
