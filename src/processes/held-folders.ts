import { fold, type Member } from './held-fold.js';

/**
 * Paths by their folders. The files of a folder are folded into one group, and what is left of folders
 * within it with them, up to but without the root.
 */
export class Folders {
  readonly #root: Member[] = [];
  readonly #members = new Map<string, Member[]>();
  /** The folders that have members, by how deep they lie. */
  readonly #byDepth: string[][] = [];

  /** @param path added once only */
  add(path: string, count: number): void {
    this.#addTo(parentOf(path), { what: path, count });
  }

  /** Folds all. Nothing can be added afterwards. */
  members(): readonly Member[] {
    for (let folders = this.#byDepth.pop(); folders; folders = this.#byDepth.pop())
      for (const folder of folders)
        for (const member of fold(this.#members.get(folder) ?? [], `${folder}/*`))
          this.#addTo(parentOf(folder), member);
    return this.#root;
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
    const depth = folder.split('/').length;
    while (this.#byDepth.length <= depth) this.#byDepth.push([]);
    this.#byDepth[depth]?.push(folder);
  }
}

/** Empty for what lies in the root, or has no folder at all. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
