import { Counts } from './counts.js';
import { fold, type Member } from './fold.js';
import {
  hasPeer,
  inboundName,
  kindOf,
  localKey,
  lonelyName,
  originKey,
  outboundName,
  peerKey,
  peerPortKey,
} from './sockets.js';

/** Some sockets of one group, named by any of them. */
interface Alike extends Member {
  readonly socket: string;
}

interface Sum {
  count: number;
}

interface Connected extends Alike {
  readonly toPeer: Sum;
  readonly toLocalPort: Sum;
}

/**
 * Internet sockets. A connection is grouped by its peer or, where that makes the larger group, by the port
 * here that peers have connected to, and the address that they came from.
 */
export class InetSockets {
  readonly #connected: Connected[] = [];
  readonly #byPeer = new Map<string, Sum>();
  readonly #byLocalPort = new Map<string, Sum>();
  readonly #lonely = new Counts();

  add(socket: string, count: number): void {
    if (!hasPeer(socket)) {
      this.#lonely.add(lonelyName(socket), count);
      return;
    }
    const toPeer = sumIn(this.#byPeer, peerKey(socket));
    const toLocalPort = sumIn(this.#byLocalPort, localKey(socket));
    toPeer.count += count;
    toLocalPort.count += count;
    this.#connected.push({ what: '', socket, count, toPeer, toLocalPort });
  }

  members(): Member[] {
    const outbound = new Map<string, Alike & Sum>();
    const inbound = new Map<string, Alike & Sum>();
    for (const connected of this.#connected)
      if (connected.toLocalPort.count > connected.toPeer.count) merge(inbound, originKey, connected);
      else merge(outbound, peerKey, connected);
    return [
      ...this.#lonely.members(),
      ...foldTwice(outbound, peerPortKey, outboundName),
      ...foldTwice(inbound, localKey, inboundName),
    ];
  }
}

function sumIn(sums: Map<string, Sum>, key: string): Sum {
  let sum = sums.get(key);
  if (!sum) {
    sum = { count: 0 };
    sums.set(key, sum);
  }
  return sum;
}

function merge(
  groups: Map<string, Alike & Sum>,
  key: (socket: string) => string,
  { socket, count }: Alike,
): void {
  const name = key(socket);
  const group = groups.get(name);
  if (group) group.count += count;
  else groups.set(name, { what: '', socket, count });
}

/** Of too many addresses first those of one port become one, and then of too many ports those of all. */
function foldTwice(
  groups: ReadonlyMap<string, Alike>,
  portKey: (socket: string) => string,
  name: (socket: string, address?: string, port?: string) => string,
): Member[] {
  return foldEach([...groups.values()], kindOf, (ofKind, any) =>
    fold(
      foldEach(ofKind, portKey, (ofPort, one) =>
        fold(ofPort, name(one, '*')).map((member) =>
          'socket' in member ? { what: name(member.socket), count: member.count } : member,
        ),
      ),
      name(any, '*', ''),
    ),
  );
}

/** Folds apart what differs by a key. */
function foldEach(
  groups: readonly Alike[],
  key: (socket: string) => string,
  foldAlike: (alike: readonly Alike[], any: string) => readonly Member[],
): Member[] {
  const byKey = new Map<string, Alike[]>();
  for (const group of groups) {
    const name = key(group.socket);
    const alike = byKey.get(name);
    if (alike) alike.push(group);
    else byKey.set(name, [group]);
  }
  return [...byKey.values()].flatMap((alike) => foldAlike(alike, alike[0]?.socket ?? ''));
}
