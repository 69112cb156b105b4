import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename } from 'node:path';
import { followMounts } from './mounts.js';
import { placesOf } from './path-places.js';
import type { Selecting, SelectorLog } from './selector.js';

/**
 * Calls back when a file may be another than before: it is written, appears, is replaced, or a link on the
 * way to it is. By inotify(7) on the folders where that happens, so that nothing wakes while nothing does.
 * A folder that is not there is waited for; a mount is seen as well. That one above the file's own is replaced by another is not seen.
 */
export function followFile(path: string, onChange: () => void, log: SelectorLog): Selecting {
  return new FollowedFile(path, onChange, log);
}

class FollowedFile implements Selecting {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #log: SelectorLog;
  readonly #watchers = new Map<string, FSWatcher>();
  /** The names that matter, by folder. */
  #places = new Map<string, Set<string>>();
  readonly #mounts: Selecting;
  #identity: string;
  #problem = '';

  constructor(path: string, onChange: () => void, log: SelectorLog) {
    this.#path = path;
    this.#onChange = onChange;
    this.#log = log;
    this.#watchPlaces();
    this.#identity = identityOf(path);
    this.#mounts = followMounts(() => {
      this.#lookAgain();
    });
  }

  stop(): void {
    this.#mounts.stop();
    for (const folder of [...this.#watchers.keys()]) this.#unwatch(folder);
  }

  /** All of the way can be another. Mostly nothing of it is: then nobody is told. */
  #lookAgain(): void {
    for (const folder of [...this.#watchers.keys()]) this.#unwatch(folder);
    this.#watchPlaces();
    const before = this.#identity;
    this.#identity = identityOf(this.#path);
    if (this.#identity !== before) this.#onChange();
  }

  /** Until the places are still the same when all of them are watched. */
  #watchPlaces(): void {
    for (let isNew = true; isNew;) {
      this.#places = placesOf(this.#path);
      // Written to by another path (a bind mount, a hard link), it is told of by itself only.
      this.#places.set(this.#path, new Set());
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
    this.#watchPlaces();
    this.#identity = identityOf(this.#path);
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
