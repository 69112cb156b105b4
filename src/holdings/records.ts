import type { Grouping } from './grouping.js';
import { isInet, nameOfSocket } from './sockets.js';

/** `enum held_kind` of bpf/held.h */
const KIND = { path: 1, deletedPath: 2, anonymous: 3, pipe: 4 } as const;
/** `struct held_header { __u16 kind; __u16 length; }`, on machines that are all little-endian. */
const HEADER = 4;

/**
 * Counts records (bpf/held.h) as they come. Equal ones are of the same file: only what differs is decoded,
 * and of ten thousand only what is left when they are grouped.
 */
export class RecordTally {
  readonly #most: number;
  readonly #counts = new Map<string, number>();
  #rest = '';
  #total = 0;
  #isTruncated = false;

  /** @param most how many records are counted */
  constructor(most: number) {
    this.#most = most;
  }

  get total(): number {
    return this.#total;
  }

  get isTruncated(): boolean {
    return this.#isTruncated;
  }

  /** @returns false once it takes no more */
  add(part: Buffer): boolean {
    const bytes = this.#rest + part.toString('latin1');
    const counts = this.#counts;
    let total = this.#total;
    let start = 0;
    while (start + HEADER <= bytes.length) {
      const next = start + HEADER + bytes.charCodeAt(start + 2) + (bytes.charCodeAt(start + 3) << 8);
      if (next > bytes.length || total === this.#most) break;
      const record = bytes.slice(start, next);
      counts.set(record, (counts.get(record) ?? 0) + 1);
      total++;
      start = next;
    }
    this.#total = total;
    this.#rest = bytes.slice(start);
    this.#isTruncated = total === this.#most && this.#rest !== '';
    return !this.#isTruncated;
  }

  addTo(grouping: Grouping): void {
    for (const [record, count] of this.#counts)
      group(record.charCodeAt(0), record.slice(HEADER), count, grouping);
  }
}

function group(kind: number, body: string, count: number, grouping: Grouping): void {
  switch (kind) {
    case KIND.path:
      grouping.addPath(body, count);
      break;
    case KIND.deletedPath:
      grouping.addPath(body.replace('\0', ' (deleted)\0'), count);
      break;
    case KIND.anonymous:
      grouping.addName(body.slice(0, -1), count);
      break;
    case KIND.pipe:
      grouping.addName('pipe', count);
      break;
    default:
      if (isInet(body)) grouping.addInet(body, count);
      else grouping.addName(nameOfSocket(body), count);
  }
}
