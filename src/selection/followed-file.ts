import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename } from 'node:path';
import { answers, canHang, placesBeforeMounts, placesOf, untilAnswered } from '../mounts/index.js';
import { followMounts } from './mounts.js';
import type { Selecting, SelectorLog } from './selector.js';

/**
 * Calls back when a file may be another than before: it is written, appears, is replaced, or a link on the
 * way to it is. By inotify(7) on the folders where that happens, so that nothing wakes while nothing does.
 * A folder that is not there is waited for; a mount is seen as well. That one above the file's own is replaced by another is not seen.
 * Where somebody else has to answer for the file, he is asked before each look; what is there while he does not answer is
 * told when he does.
 */
export function followFile(path: string, onChange: () => void, log: SelectorLog): Selecting {
  return new FollowedFile(path, onChange, log);
}

class FollowedFile implements Selecting {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #log: SelectorLog;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #stopped = new AbortController();
  /** The names that matter, by folder. */
  #places = new Map<string, Set<string>>();
  readonly #mounts: Selecting;
  #identity = '';
  #isAsking = false;
  /** It is another, or may be: no look is needed to tell that. */
  #hasChanged = false;
  #problem = '';
  /** When it can be looked at again. */
  #until: Promise<void> | undefined;

  constructor(path: string, onChange: () => void, log: SelectorLog) {
    this.#path = path;
    this.#onChange = onChange;
    this.#log = log;
    // First, since it can fail: nothing is followed then.
    this.#mounts = followMounts(() => {
      this.#lookAgain();
    });
    if (canHang(path)) {
      this.#watchPlaces(() => placesBeforeMounts(path));
      this.#hasChanged = true;
      this.#lookWhenAnswered();
    } else this.#look();
  }

  stop(): void {
    this.#stopped.abort();
    this.#mounts.stop();
    for (const folder of [...this.#watchers.keys()]) this.#unwatch(folder);
  }

  /** All of the way can be another. Mostly nothing of it is: then nobody is told. */
  #lookAgain(): void {
    if (canHang(this.#path)) {
      this.#lookWhenAnswered();
      return;
    }
    for (const folder of [...this.#watchers.keys()]) this.#unwatch(folder);
    if (this.#look()) this.#onChange();
  }

  /** Whether it is another. */
  #look(): boolean {
    this.#watchPlaces(() => this.#allPlaces());
    const before = this.#identity;
    this.#identity = identityOf(this.#path);
    return this.#identity !== before;
  }

  /** Once for all that has happened meanwhile. */
  #lookWhenAnswered(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    void answers(this.#path, this.#stopped.signal).then((isAnswered) => {
      this.#isAsking = false;
      if (this.#stopped.signal.aborted) return;
      const isOther = isAnswered && this.#look();
      const isTold = isOther || this.#hasChanged || !isAnswered;
      // What is written while nobody answers is not told by itself.
      this.#hasChanged = !isAnswered;
      if (!isAnswered) this.#lookWhenItCanBe();
      if (isTold) this.#onChange();
    });
  }

  /** However often the mounts change meanwhile. */
  #lookWhenItCanBe(): void {
    const until = untilAnswered(this.#path);
    if (until !== this.#until) void until.then(this.#whenAnswered);
    this.#until = until;
  }

  readonly #whenAnswered = () => {
    if (!this.#stopped.signal.aborted) this.#lookAgain();
  };

  #allPlaces(): Map<string, Set<string>> {
    // Written to by another path (a bind mount, a hard link), it is told of by itself only.
    return placesOf(this.#path).set(this.#path, new Set());
  }

  /** Until the places are still the same when all of them are watched. */
  #watchPlaces(placesNow: () => Map<string, Set<string>>): void {
    for (let isNew = true; isNew;) {
      this.#places = placesNow();
      for (const folder of [...this.#watchers.keys()]) if (!this.#places.has(folder)) this.#unwatch(folder);
      const missing = [...this.#places.keys()].filter((folder) => !this.#watchers.has(folder));
      isNew = missing.filter((folder) => this.#watch(folder)).length > 0;
    }
  }

  /** Whether it is watched now. */
  #watch(folder: string): boolean {
    try {
      const watcher = watch(folder, (_event, name) => {
        this.#handle(folder, name);
      });
      watcher.on('error', (error) => {
        this.#tell(error);
      });
      this.#watchers.set(folder, watcher);
      return true;
    } catch (error) {
      // It has gone again: its own folder tells when it comes.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#tell(error);
      return false;
    }
  }

  #unwatch(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #handle(folder: string, name: string | null): void {
    // With its own name a folder tells that it was moved or removed: one of this name is another then.
    const isItself = name === basename(folder);
    if (name !== null && !isItself && !this.#places.get(folder)?.has(name)) return;
    if (isItself) this.#unwatch(folder);
    this.#hasChanged = true;
    if (canHang(this.#path)) {
      this.#lookWhenAnswered();
      return;
    }
    this.#hasChanged = false;
    this.#look();
    this.#onChange();
  }

  #tell(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#log('warning', `${this.#path} is not followed: ${problem}`);
  }
}

/** Of what a path leads to now. */
function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return '';
  }
}
