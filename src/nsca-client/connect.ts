import { connect as open, isIP, type Socket } from 'node:net';
import { addressesOf, lateName, nameless } from '../lookup/index.js';
import { bounded, TIME_IS_OVER, type Bounds } from './bounded.js';
import { NscaError, reasonOf } from './errors.js';

export interface Target {
  readonly server: string;
  readonly port: number;
  /** Milliseconds for the name and all of its addresses together. */
  readonly connectTimeout: number;
}

/**
 * Connects to the first of the server's addresses that answers, IPv6 or IPv4. Each gets an equal share of the
 * time that is left, so one that is silently filtered does not use up the time of the others.
 *
 * @throws NscaError `name-resolution`, `unreachable`, `timeout` or `aborted`
 */
export async function connect(target: Target, signal?: AbortSignal): Promise<Socket> {
  const deadline = performance.now() + target.connectTimeout;
  const addresses = await resolve(target, signal);
  const failures: string[] = [];
  let answered = false;
  for (const [index, address] of addresses.entries()) {
    const ms = Math.max(1, (deadline - performance.now()) / (addresses.length - index));
    const outcome = await tryAddress(address, target.port, { ms, signal });
    if (outcome === TIME_IS_OVER) {
      failures.push(`${address}: no answer`);
    } else if ('failure' in outcome) {
      answered = true;
      failures.push(`${address}: ${outcome.failure.code ?? outcome.failure.message}`);
    } else {
      return outcome.socket;
    }
  }
  const where = `${target.server} port ${target.port} (${failures.join(', ')})`;
  throw answered
    ? new NscaError(
        'unreachable',
        `Cannot connect to ${where}: is nsca running there, on that address and port, and does a firewall let it through?`,
      )
    : new NscaError(
        'timeout',
        `No answer from ${where} within ${target.connectTimeout} ms: is the address right, and does a firewall let it through?`,
      );
}

async function resolve({ server, connectTimeout: ms }: Target, signal?: AbortSignal): Promise<string[]> {
  if (isIP(server) !== 0) return [server];
  const addresses = await bounded<string[]>({ ms, signal }, (found, failed) => {
    // Nothing can call it off; a late answer comes to a promise that has settled.
    addressesOf(server).then(
      (entries) => {
        found(entries.map(({ address }) => address));
      },
      (cause: unknown) => {
        failed(new NscaError('name-resolution', nameless(server, reasonOf(cause)), { cause }));
      },
    );
    return () => undefined;
  });
  if (addresses === TIME_IS_OVER)
    throw new NscaError('name-resolution', lateName(server, ms) ?? nameless(server, 'it came too late'));
  return addresses;
}

type Attempt = { readonly socket: Socket } | { readonly failure: NodeJS.ErrnoException };

function tryAddress(host: string, port: number, bounds: Bounds): Promise<Attempt | typeof TIME_IS_OVER> {
  return bounded<Attempt>(bounds, (resolve) => {
    const socket = open({ host, port });
    let connected = false;
    socket.once('connect', () => {
      connected = true;
      resolve({ socket });
    });
    // It stays: a socket's error without a listener would end the process.
    socket.on('error', (failure) => {
      resolve({ failure });
    });
    return () => {
      if (!connected) socket.destroy();
    };
  });
}
