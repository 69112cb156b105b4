import type { ClientRequest } from 'node:http';
import { Agent } from 'node:https';
import { isIP, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions as TlsConnectionOptions, type TLSSocket } from 'node:tls';
import { EACH_ADDRESS, lateName, lookup } from '../lookup/index.js';
import { Icinga2Error } from './errors.js';
import { portHint, whereIs, type Target } from './target.js';

export interface ConnectionOptions extends Target {
  /** In PEM; without it, the authorities that Node.js knows. */
  readonly ca?: string | undefined;
  /** A client's certificate and its key, in PEM. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Milliseconds for the name, all of its addresses and the TLS handshake. */
  readonly connectTimeout: number;
  /** Milliseconds for which a connection is kept without a request. */
  readonly idleTimeout: number;
}

/** Milliseconds to wait for a session ticket: as long as a Linux kernel puts off an acknowledgement. */
const TICKET_WITHIN = 40;

type Created = (error: Error | null, socket: Duplex) => void;
/** The same without a connection: Node's types want one always. */
type Failed = (error: Error) => void;

/** Keeps the connection of the last request, and tells when the server ends it between two requests. */
export class OneConnection extends Agent {
  readonly #options: ConnectionOptions;
  readonly #onEnd: () => void;
  /** Connections that have served, and wait for the next request. */
  readonly #kept = new WeakSet<Duplex>();
  /** Those that are being made. */
  readonly #begun = new Set<TLSSocket>();

  /** @param onEnd the server has ended a connection that was kept */
  constructor(options: ConnectionOptions, onEnd: () => void) {
    super({ keepAlive: true });
    this.#options = options;
    this.#onEnd = onEnd;
  }

  override createConnection(_: unknown, created?: Created): undefined {
    open(this.#options, (socket) => {
      this.#begun.add(socket);
      socket.on('timeout', () => {
        // This side has kept it long enough.
        if (this.#kept.delete(socket)) socket.destroy();
      });
      socket.on('close', () => {
        this.#begun.delete(socket);
        if (this.#kept.has(socket)) this.#onEnd();
      });
    }).then(
      (socket) => {
        this.#begun.delete(socket);
        created?.(null, socket);
      },
      (error: unknown) => (created as Failed | undefined)?.(error as Error),
    );
    return undefined;
  }

  /** Without probes of the kernel: the connection is ended before they would tell anything. */
  override keepSocketAlive(socket: TLSSocket): boolean {
    this.#kept.add(socket);
    socket.setTimeout(this.#options.idleTimeout);
    socket.unref();
    return true;
  }

  override reuseSocket(socket: TLSSocket, request: ClientRequest): void {
    this.#kept.delete(socket);
    socket.setTimeout(0);
    super.reuseSocket(socket, request);
  }

  /** Ends what is kept, and what is being made: nobody waits for it any more. */
  override destroy(): void {
    for (const socket of this.#begun) socket.destroy();
    for (const socket of Object.values(this.freeSockets).flat()) if (socket) this.#kept.delete(socket);
    super.destroy();
  }
}

/** @throws Icinga2Error, or an error of Node's */
async function open(options: ConnectionOptions, begun: (socket: TLSSocket) => void): Promise<TLSSocket> {
  const { host, port, serverName = isIP(host) === 0 ? host : undefined, ca, cert, key } = options;
  const how: TlsConnectionOptions & TcpNetConnectOpts = {
    host,
    port,
    lookup,
    noDelay: true,
    autoSelectFamilyAttemptTimeout: EACH_ADDRESS,
    ...(serverName !== undefined && { servername: serverName }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  const socket = connect(how);
  // It stays: an error of a socket that nobody listens to would end the process.
  socket.on('error', () => undefined);
  begun(socket);
  await ready(socket, options);
  return socket;
}

/**
 * When a request can be written. Icinga sends its session tickets by themselves after a handshake of TLS 1.3, with
 * Nagle's algorithm on: until they are acknowledged, which the kernel of this side puts off by 40 ms, no answer
 * follows. A request that is written once they are there acknowledges them.
 */
function ready(socket: TLSSocket, options: ConnectionOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      done();
      socket.destroy();
      reject(error);
    };
    const onClose = () => {
      fail(new Icinga2Error('closed', `${whereIs(options)} closed the connection before it was made.`));
    };
    const onTime = () => {
      const name = lateName(options.host, options.connectTimeout);
      if (name !== undefined) {
        fail(new Icinga2Error('name-resolution', name));
        return;
      }
      const within = `${options.connectTimeout / 1000} s`;
      fail(
        new Icinga2Error(
          'timeout',
          `No connection to ${whereIs(options)} within ${within}: is the address right, and does a firewall let it through?${portHint(options)}`,
        ),
      );
    };
    const timer = setTimeout(onTime, options.connectTimeout);
    let ticket: NodeJS.Timeout | undefined;
    const done = () => {
      clearTimeout(timer);
      clearTimeout(ticket);
      socket.off('close', onClose);
      socket.off('error', fail);
    };
    // A write within the event would come before Node has read the ticket to its end.
    const goOn = () =>
      setImmediate(() => {
        if (socket.destroyed) return;
        done();
        resolve();
      });
    socket.once('close', onClose);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      if (socket.getProtocol() !== 'TLSv1.3') {
        goOn();
        return;
      }
      socket.once('session', goOn);
      ticket = setTimeout(goOn, TICKET_WITHIN);
    });
  });
}
