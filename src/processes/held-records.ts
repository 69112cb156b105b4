import type { Grouping } from './held-groups.js';
import { inetFamily, nameOfSocket } from './held-sockets.js';

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
  #rest: Buffer = Buffer.alloc(0);
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
    const bytes = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    const counts = this.#counts;
    const end = bytes.length - HEADER;
    let total = this.#total;
    let start = 0;
    while (start <= end) {
      const next = start + HEADER + (bytes[start + 2] ?? 0) + ((bytes[start + 3] ?? 0) << 8);
      if (next > bytes.length || total === this.#most) break;
      const record = bytes.toString('latin1', start, next);
      counts.set(record, (counts.get(record) ?? 0) + 1);
      total++;
      start = next;
    }
    this.#total = total;
    this.#rest = bytes.subarray(start);
    this.#isTruncated = total === this.#most && this.#rest.length > 0;
    return !this.#isTruncated;
  }

  addTo(grouping: Grouping): void {
    for (const [record, count] of this.#counts) group(record, count, grouping);
  }
}

function group(record: string, count: number, grouping: Grouping): void {
  const kind = record.charCodeAt(0);
  switch (kind) {
    case KIND.path:
      grouping.addPath(pathOf(record), count);
      break;
    case KIND.deletedPath:
      grouping.addPath(`${pathOf(record)} (deleted)`, count);
      break;
    case KIND.anonymous:
      grouping.addName(record.slice(HEADER, -1), count);
      break;
    case KIND.pipe:
      grouping.addName('pipe', count);
      break;
    default: {
      const socket = record.slice(HEADER);
      if (inetFamily(socket)) grouping.addInet(socket, count);
      else grouping.addName(nameOfSocket(socket), count);
    }
  }
}

/** Its names are from the file up, each with a zero at its end. */
function pathOf(record: string): string {
  let path = '';
  for (let start = HEADER; start < record.length;) {
    const end = record.indexOf('\0', start);
    path = `/${record.slice(start, end)}${path}`;
    start = end + 1;
  }
  return path || '/';
}
