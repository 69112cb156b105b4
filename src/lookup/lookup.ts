import { lookup as ask, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { mostAtATime } from './threads.js';

type Addresses = readonly LookupAddress[];

interface Question {
  readonly name: string;
  readonly answer: Promise<Addresses>;
}

/** What has no answer yet, in the order in which it was asked, which is that in which libuv begins. */
const open = new Map<string, Question>();

/**
 * All addresses of a name, in the resolver's order. Who asks while somebody else's question is open gets its answer.
 * Nothing is kept: the next one asks anew.
 *
 * @param hints as those of dns.lookup()
 * @throws what dns.lookup() does
 */
export function addressesOf(name: string, hints = 0): Promise<Addresses> {
  const key = `${String(hints)} ${name}`;
  const before = open.get(key);
  if (before) return before.answer;
  const answer = new Promise<Addresses>((found, failed) => {
    ask(name, { all: true, hints }, (error, addresses) => {
      if (error) failed(error);
      else found(addresses);
    });
  });
  open.set(key, { name, answer });
  // Before whoever asks is told, so that he can ask anew.
  const forget = () => open.delete(key);
  answer.then(forget, forget);
  return answer;
}

/** The same for a socket's option `lookup`, of a socket that takes addresses of any family. */
export const lookup: LookupFunction = (name, { all, hints }, told) => {
  addressesOf(name, hints).then(
    (addresses) => {
      const [first = { address: '', family: 0 }] = addresses;
      if (all === true) told(null, [...addresses]);
      else told(null, first.address, first.family);
    },
    (error: unknown) => {
      told(error as NodeJS.ErrnoException, []);
    },
  );
};

/** Milliseconds for one of several addresses before the next is tried; Node's 250 are less than a satellite's. */
export const EACH_ADDRESS = 2000;

/** Says that a name has no address. */
export const nameless = (name: string, reason: string): string =>
  `The name ${name} has no address (${reason}): check its spelling and this machine's name servers.`;

/**
 * Says why a name has no answer yet; undefined: it is not that which is waited for.
 *
 * @param ms milliseconds, for which it was waited for
 */
export function lateName(name: string, ms: number): string | undefined {
  const names = [...open.values()].map((question) => question.name);
  const place = names.indexOf(name);
  if (place === -1) return undefined;
  const most = mostAtATime();
  if (place < most) return nameless(name, `no answer within ${ms} ms`);
  const others = names.slice(0, most).join(', ');
  return `The name ${name} was not asked for within ${ms} ms, for ${others} had no answer, and ${most} are asked for at a time: check this machine's name servers.`;
}
