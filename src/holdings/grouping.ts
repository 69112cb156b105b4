import { Counts } from './counts.js';
import { fold, type Member } from './fold.js';
import { Folders } from './folders.js';
import { InetSockets } from './inet.js';
import { MOST_GROUPS, type HeldGroup } from './held.js';
import { printable } from './printable.js';

/** Names of which there may be as many as descriptors, by how they begin. */
const MANY = /^(?:memfd:|UNIX (?:listening )?)/;

/**
 * Makes groups of what descriptors are open on. What is alike and too many is folded into one group, so
 * that the groups are few. Names have one character for each byte until then.
 */
export class Grouping {
  readonly #folders = new Folders();
  readonly #names = new Counts();
  readonly #inet = new InetSockets();

  /** @param path in reverse (`folders.ts`), and added once only */
  addPath(path: string, count: number): void {
    this.#folders.add(path, count);
  }

  addName(name: string, count: number): void {
    this.#names.add(name, count);
  }

  /** @param socket a `struct held_socket` of IPv4 or IPv6 (`sockets.ts`) */
  addInet(socket: string, count: number): void {
    this.#inet.add(socket, count);
  }

  /** The largest, the first of all first. */
  groups(): HeldGroup[] {
    const members = [...this.#folders.members(), ...foldNames(this.#names), ...this.#inet.members()];
    members.sort(bySize);
    const printed = new Counts();
    for (const { what, count } of members.slice(0, MOST_GROUPS))
      printed.add(printable(Buffer.from(what, 'latin1').toString()), count);
    return printed.members().sort(bySize);
  }
}

function foldNames(names: Counts): Member[] {
  const few: Member[] = [];
  const many = new Map<string, Member[]>();
  for (const member of names.members()) {
    const start = MANY.exec(member.what)?.[0];
    if (start === undefined) few.push(member);
    else many.set(start, [...(many.get(start) ?? []), member]);
  }
  return [...few, ...[...many].flatMap(([start, members]) => fold(members, `${start}*`))];
}

function bySize(one: Member, other: Member): number {
  return other.count - one.count;
}
