import { fold, type Member } from './fold.js';

/**
 * Paths by their folders. The files of a folder are folded into one group, and what is left of folders
 * within it with them, up to but without the root.
 *
 * Paths are in reverse, as the kernel walks them: each name with a zero at its end, the root's empty.
 * `x.log\0log\0var\0` is /var/log/x.log.
 */
export class Folders {
  readonly #root: Member[] = [];
  readonly #members = new Map<string, Member[]>();
  /** The folders that have members, by how deep they lie. */
  readonly #byDepth: string[][] = [];

  /** @param path in reverse, and added once only */
  add(path: string, count: number): void {
    this.#addTo(parentOf(path), { what: path, count });
  }

  /** Folds all, and gives them paths as one reads them. Nothing can be added afterwards. */
  members(): Member[] {
    for (let folders = this.#byDepth.pop(); folders; folders = this.#byDepth.pop())
      for (const folder of folders)
        for (const member of fold(this.#members.get(folder) ?? [], `*\0${folder}`))
          this.#addTo(parentOf(folder), member);
    return this.#root.map(({ what, count }) => ({ what: readable(what), count }));
  }

  #addTo(folder: string, member: Member): void {
    if (folder === '') {
      this.#root.push(member);
      return;
    }
    const members = this.#members.get(folder);
    if (members) {
      members.push(member);
      return;
    }
    this.#members.set(folder, [member]);
    const depth = folder.split('\0').length;
    while (this.#byDepth.length <= depth) this.#byDepth.push([]);
    this.#byDepth[depth]?.push(folder);
  }
}

/** A path in reverse, of one as one reads it. */
export function reversed(path: string): string {
  return path
    .split('/')
    .filter((name) => name !== '')
    .reverse()
    .map((name) => `${name}\0`)
    .join('');
}

function readable(path: string): string {
  return path.split('\0').reverse().join('/') || '/';
}

function parentOf(path: string): string {
  return path.slice(path.indexOf('\0') + 1);
}
