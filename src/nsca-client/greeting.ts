import { connect, type Target } from './connect.js';
import { NscaError } from './errors.js';
import { decodeInitPacket, INIT_PACKET_SIZE, type InitPacket } from './init-packet.js';
import { Wire } from './wire.js';

interface GreetingOptions extends Target {
  /** Milliseconds for the init packet. */
  readonly timeout: number;
}

/**
 * Connects, reads the init packet and ends: all that a server says without being sent a result. Whether it has the
 * same password and method does not show in it.
 *
 * @returns the server's clock: milliseconds since 1970, in whole seconds
 * @throws NscaError `name-resolution`, `unreachable`, `timeout`, `no-init-packet` or `aborted`
 */
export async function greet(options: GreetingOptions, signal?: AbortSignal): Promise<number> {
  const socket = await connect(options, signal);
  try {
    const { timestamp } = await readInitPacket(new Wire(socket), options, signal);
    return timestamp * 1000;
  } finally {
    socket.destroy();
  }
}

/** @throws NscaError `no-init-packet` or `aborted` */
export async function readInitPacket(
  wire: Wire,
  { server, port, timeout }: GreetingOptions,
  signal?: AbortSignal,
): Promise<InitPacket> {
  const complete = () => wire.received.length >= INIT_PACKET_SIZE;
  await wire.until(() => complete() || wire.closed, { ms: timeout, signal });
  const where = `${server} port ${port}`;
  if (complete()) {
    if (wire.received.length > INIT_PACKET_SIZE) throw notNsca(where);
    return decodeInitPacket(wire.received);
  }
  const size = wire.received.length;
  if (size > 0) {
    throw new NscaError(
      'no-init-packet',
      `${where} sent ${size} bytes instead of an init packet of ${INIT_PACKET_SIZE}: is it an nsca daemon?`,
    );
  }
  throw wire.closed
    ? new NscaError(
        'no-init-packet',
        `${where} closed the connection without an init packet: see the daemon's log in syslog; it may not be able to open its decryption_method, or not allow this machine (hosts.allow, inetd).`,
      )
    : new NscaError(
        'no-init-packet',
        `${where} sent no init packet within ${timeout} ms: the daemon may be busy with another client, or have lost this connection after rejecting another one. Try again in a minute.`,
      );
}

export const notNsca = (where: string): NscaError =>
  new NscaError('no-init-packet', `${where} says more than an nsca daemon does: is it one?`);
