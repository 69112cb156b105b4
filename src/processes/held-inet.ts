import { Counts } from './counts.js';
import { fold, type Member } from './held-fold.js';
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
} from './held-sockets.js';

/** Some sockets of one group, named by any of them. */
interface Alike extends Member {
  readonly socket: string;
}

/**
 * Internet sockets. A connection is grouped by its peer or, where that makes the larger group, by the port
 * here that peers have connected to, and the address that they came from.
 */
export class InetSockets {
  readonly #connected = new Map<string, number>();
  readonly #byPeer = new Counts();
  readonly #byLocalPort = new Counts();
  readonly #lonely = new Counts();

  add(socket: string, count: number): void {
    if (!hasPeer(socket)) {
      this.#lonely.add(lonelyName(socket), count);
      return;
    }
    this.#connected.set(socket, count);
    this.#byPeer.add(peerKey(socket), count);
    this.#byLocalPort.add(localKey(socket), count);
  }

  members(): Member[] {
    const outbound = new Map<string, Alike>();
    const inbound = new Map<string, Alike>();
    for (const [socket, count] of this.#connected) {
      const peer = peerKey(socket);
      if (this.#byLocalPort.of(localKey(socket)) > this.#byPeer.of(peer))
        merge(inbound, originKey(socket), socket, count);
      else merge(outbound, peer, socket, count);
    }
    return [
      ...this.#lonely.members(),
      ...foldTwice(outbound, peerPortKey, outboundName),
      ...foldTwice(inbound, localKey, inboundName),
    ];
  }
}

function merge(groups: Map<string, Alike>, key: string, socket: string, count: number): void {
  groups.set(key, { what: '', socket, count: (groups.get(key)?.count ?? 0) + count });
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
