import type { ConversationOptions } from './conversation.js';
import { keyOf, type Agreement } from './encryption/key.js';
import { NscaError, reasonOf } from './errors.js';
import { Line } from './line.js';
import { isPacketSize, PACKET_SIZE, type PacketSize } from './packet.js';
import { faultOf, type NscaResult } from './result.js';

export interface NscaClientOptions extends Agreement {
  /** A name or an address. */
  readonly server: string;
  /** Default: 5667. */
  readonly port?: number;
  /** In bytes, the server's own; 720 is for servers up to nsca 2.7. Default: 4304. */
  readonly packetSize?: PacketSize;
  /** Milliseconds for finding the server's addresses and connecting to one of them. Default: 5000. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds to wait for the server's init packet, for progress when it stops reading, and for it to have read
   * everything at the end. Default: 10000.
   */
  readonly timeout?: number;
  /**
   * Milliseconds to listen, after the last packet, for a server that hangs up, which is how it rejects.
   * Default: 1500; an nsca daemon in its `--daemon` mode may take a whole second.
   */
  readonly rejectionWindow?: number;
}

/**
 * What became of one result.
 *
 * - `sent`: the server kept the connection open for the `rejectionWindow` and read to its end. That is not an
 *   acknowledgement: nsca has none, and drops results itself, for example of a host that it does not know.
 * - `rejected`: the server hung up. Do not try again at once: with each rejection a daemon in its `--single`
 *   mode may lose the connection of another client. A server that was stopped at that moment looks the same,
 *   and may have taken some of the results.
 * - `failed`: it did not come that far.
 */
export type SendOutcome =
  { readonly status: 'sent' } | { readonly status: 'rejected' | 'failed'; readonly error: NscaError };

export interface NscaClient {
  /**
   * Sends results in one connection; packets of another size than 4304 bytes take one connection each, for nsca up
   * to 2.7 loses all but one, and a size that somebody compiled does not tell the version. What is sent while a connection lasts goes on it too, so all results arrive in order. Nothing is
   * tried a second time.
   *
   * `onWritten` is called when all are written, if more may follow on the same connection: the promise takes at
   * least the `rejectionWindow` more.
   *
   * @returns one outcome for each result, in order. The promise is never rejected.
   */
  send(results: readonly NscaResult[], signal?: AbortSignal, onWritten?: () => void): Promise<SendOutcome[]>;
}

/**
 * nsca up to 2.9 drops a packet silently when the connection's init packet is older than its `max_packet_age`, by
 * default 30 s.
 */
const LONGEST = 10_000;

/** @throws NscaError `unsupported-encryption`, `password` or `invalid-option` */
export function createClient(options: NscaClientOptions): NscaClient {
  const conversation: ConversationOptions = {
    server: options.server,
    port: options.port ?? 5667,
    packetSize: options.packetSize ?? PACKET_SIZE,
    connectTimeout: options.connectTimeout ?? 5000,
    timeout: options.timeout ?? 10_000,
    rejectionWindow: options.rejectionWindow ?? 1500,
    longest: LONGEST,
    key: keyOf(options),
  };
  checkOptions(conversation);
  const sendSound =
    conversation.packetSize === PACKET_SIZE ? together(conversation) : separately(conversation);
  return {
    send: (results, signal, onWritten) => send(results, (sound) => sendSound(sound, signal, onWritten)),
  };
}

function checkOptions({ server, port, packetSize, ...times }: ConversationOptions): void {
  const refuse = (message: string) => {
    throw new NscaError('invalid-option', message);
  };
  if (server === '') refuse('The server is empty: give a name or an address.');
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    refuse(`The port ${port} is not one of 1 to 65535.`);
  }
  if (!isPacketSize(packetSize)) {
    refuse(
      `The packet size ${packetSize} is not a multiple of 4 from 720 to 65536: 720 up to nsca 2.7, 4304 since.`,
    );
  }
  for (const name of ['connectTimeout', 'timeout', 'rejectionWindow'] as const) {
    // Node's timers take no longer time than this.
    if (!(times[name] > 0 && times[name] < 2 ** 31)) {
      refuse(`The ${name} of ${times[name]} ms is not between 0 and 2147483647.`);
    }
  }
}

async function send(
  results: readonly NscaResult[],
  sendSound: (sound: readonly NscaResult[]) => Promise<SendOutcome[]>,
): Promise<SendOutcome[]> {
  const faults = results.map(faultOf);
  const sound = results.filter((_, index) => faults[index] === undefined);
  const outcomes = sound.length === 0 ? [] : await sendSound(sound);
  let next = 0;
  return faults.map((error) =>
    error === undefined ? outcomes[next++] : { status: 'failed', error },
  ) as SendOutcome[];
}

type Send = NscaClient['send'];

function together(options: ConversationOptions): Send {
  const line = new Line(options);
  return async (results, signal, onWritten) => {
    const outcome = await line
      .send(results, signal, onWritten)
      .then(() => ({ status: 'sent' }) as const, failureOf);
    return results.map(() => outcome);
  };
}

/** To a server that may take one result only from each connection. */
function separately(options: ConversationOptions): Send {
  let before: Promise<unknown> = Promise.resolve();
  return (results, signal) => {
    const sent = before.then(() => sendSeparately(results, options, signal));
    before = sent;
    return sent;
  };
}

/** Connections at a time. */
const PARALLEL = 8;

async function sendSeparately(
  results: readonly NscaResult[],
  options: ConversationOptions,
  signal?: AbortSignal,
): Promise<SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  while (outcomes.length < results.length) {
    const failed = outcomes.find(({ status }) => status !== 'sent');
    // What stopped one connection would stop the next as well, and rejections harm other clients. So the first
    // goes alone, and nothing follows a failure.
    if (failed !== undefined) return results.map((_, index) => outcomes[index] ?? failed);
    const group = groupOf(results.slice(outcomes.length), outcomes.length === 0 ? 1 : PARALLEL);
    const sent = await Promise.all(group.map((result) => together(options)([result], signal)));
    outcomes.push(...sent.flat());
  }
  return outcomes;
}

/** The first results, as many as may go side by side: no two of one service, for they could be swapped. */
function groupOf(results: readonly NscaResult[], most: number): readonly NscaResult[] {
  const services = new Set<string>();
  const end = results.slice(0, most).findIndex(({ host, service = '' }) => {
    const name = `${host};${service}`;
    const isSecond = services.has(name);
    services.add(name);
    return isSecond;
  });
  return results.slice(0, end === -1 ? most : end);
}

function failureOf(cause: unknown): SendOutcome {
  const error = cause instanceof NscaError ? cause : new NscaError('unreachable', reasonOf(cause), { cause });
  return { status: error.code === 'rejected' ? 'rejected' : 'failed', error };
}
