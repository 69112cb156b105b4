import { connect as openTcp, type Socket } from 'node:net';
import { connect as openTls, type TLSSocket } from 'node:tls';
import { lateName, lookup, nameless } from '../lookup/index.js';
import { bounded } from './bounded.js';
import { NscaNgError, reasonOf } from './errors.js';
import { handshakeError, unprovenServer } from './handshake-error.js';
import { clientOptions, isProven, type Credentials } from './psk.js';

export interface Target extends Credentials {
  /** A name or an address. */
  readonly server: string;
  readonly port: number;
  /** Milliseconds for the name and its addresses, and again for TLS. */
  readonly connectTimeout: number;
}

/**
 * Connects to the first of the server's addresses that answers, and has it prove that it has the key.
 *
 * @throws NscaNgError
 */
export async function connect(target: Target, signal?: AbortSignal): Promise<TLSSocket> {
  const tcp = await reach(target, signal);
  tcp.setNoDelay(true);
  return secure(tcp, target, signal);
}

function reach({ server, port, connectTimeout: ms }: Target, signal?: AbortSignal): Promise<Socket> {
  const where = `${server} port ${port}`;
  const late = () => {
    const name = lateName(server, ms);
    if (name !== undefined) return new NscaNgError('name-resolution', name);
    return new NscaNgError(
      'timeout',
      `No answer from ${where} within ${ms} ms: is the address right, and does a firewall let it through?`,
    );
  };
  return bounded<Socket>({ ms, signal, late }, ({ done, failed }) => {
    // Of several addresses, each has half of the time: the first may be filtered silently.
    const socket = openTcp({
      host: server,
      port,
      lookup,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ms / 2,
    });
    let isDone = false;
    socket.once('connect', () => {
      isDone = true;
      done(socket);
    });
    // It stays: a socket's error without a listener would end the process.
    socket.on('error', (cause) => {
      failed(unreached(cause, server, where));
    });
    return () => {
      if (!isDone) socket.destroy();
    };
  });
}

function unreached(cause: NodeJS.ErrnoException, server: string, where: string): NscaNgError {
  if (cause.syscall === 'getaddrinfo') {
    return new NscaNgError('name-resolution', nameless(server, reasonOf(cause)), { cause });
  }
  return new NscaNgError(
    'unreachable',
    `Cannot connect to ${where} (${cause.code ?? reasonOf(cause)}): is nsca-ng running there, on that address and port, and does a firewall let it through?`,
    { cause },
  );
}

async function secure(tcp: Socket, target: Target, signal?: AbortSignal): Promise<TLSSocket> {
  const { server, port, identity, connectTimeout: ms } = target;
  const where = `${server} port ${port}`;
  const late = () =>
    new NscaNgError(
      'timeout',
      `${where} took the connection, and did not secure it within ${ms} ms: is it nsca-ng?`,
    );
  const socket = openTls({ ...clientOptions(target), socket: tcp });
  let isDone = false;
  return bounded<TLSSocket>({ ms, signal, late }, ({ done, failed }) => {
    socket.once('secureConnect', () => {
      isDone = isProven(socket);
      if (isDone) done(socket);
      else failed(unprovenServer(where));
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      failed(handshakeError(cause, where, identity));
    });
    return () => {
      if (!isDone) socket.destroy();
    };
  });
}
