import { opendirSync, readlinkSync, type Dir } from 'node:fs';
import { Counts } from './counts.js';
import { reversed } from './folders.js';
import type { Grouping } from './grouping.js';

/** Links at a stretch: some two milliseconds. */
const PIECE = 100;

/** The descriptors of a process by /proc/PID/fd: slower, and of a socket not what it is connected to. */
export class LinkTally {
  readonly #counts = new Counts();
  readonly #most: number;
  #total = 0;
  #isTruncated = false;

  /** @param most how many descriptors are counted */
  constructor(most: number) {
    this.#most = most;
  }

  get total(): number {
    return this.#total;
  }

  get isTruncated(): boolean {
    return this.#isTruncated;
  }

  /** Yields now and then, where others may have their turn. */
  *read(pid: number): Generator<undefined, void, undefined> {
    for (const link of linksOf(pid)) {
      this.#isTruncated = this.#total === this.#most;
      if (this.#isTruncated) return;
      this.#counts.add(link, 1);
      this.#total++;
      if (this.#total % PIECE === 0) yield;
    }
  }

  addTo(grouping: Grouping): void {
    for (const { what, count } of this.#counts.members()) group(what, count, grouping);
  }
}

/** Nothing if the process has ended, or is none that this one may trace. */
function* linksOf(pid: number): Generator<string, void, undefined> {
  const path = `/proc/${pid}/fd`;
  let folder: Dir;
  try {
    folder = opendirSync(path);
  } catch {
    return;
  }
  try {
    for (let entry = folder.readSync(); entry; entry = folder.readSync()) {
      const link = readLink(`${path}/${entry.name}`);
      if (link !== undefined) yield link;
    }
  } finally {
    folder.closeSync();
  }
}

/** With one character for each byte; undefined if it was closed meanwhile. */
function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** `socket:[4711]`, `pipe:[4712]`, `anon_inode:[eventfd]`, `/memfd:name (deleted)`, and paths */
function group(link: string, count: number, grouping: Grouping): void {
  if (link.startsWith('socket:')) grouping.addName('socket', count);
  else if (link.startsWith('pipe:')) grouping.addName('pipe', count);
  else if (link.startsWith('anon_inode:')) grouping.addName(link.slice('anon_inode:'.length), count);
  else if (link.startsWith('/memfd:')) grouping.addName(link.slice(1).replace(/ \(deleted\)$/, ''), count);
  else grouping.addPath(reversed(link), count);
}
