import { converse, type ConversationOptions } from './conversation.js';
import { keyOf, type Agreement } from './encryption/key.js';
import { NscaError, reasonOf } from './errors.js';
import type { PacketSize } from './packet.js';
import { faultOf, type NscaResult } from './result.js';

export interface NscaClientOptions extends Agreement {
  /** A name or an address. */
  readonly server: string;
  /** Default: 5667. */
  readonly port?: number;
  /** In bytes; 720 is for servers up to nsca 2.7. Default: 4304. */
  readonly packetSize?: PacketSize;
  /** Milliseconds for finding the server's addresses and connecting to one of them. Default: 5000. */
  readonly connectTimeout?: number;
  /** Milliseconds to wait for the server's init packet, and for progress when it stops reading. Default: 10000. */
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
 * - `sent`: the server took it and kept the connection open. That is not an acknowledgement: nsca has none, and
 *   drops results itself, for example of a host that it does not know.
 * - `rejected`: the server hung up. Do not try again at once: with each rejection a daemon in its `--single`
 *   mode may lose the connection of another client. A server that was stopped at that moment looks the same,
 *   and may have taken some of the results.
 * - `failed`: it did not come that far.
 */
export type SendOutcome =
  { readonly status: 'sent' } | { readonly status: 'rejected' | 'failed'; readonly error: NscaError };

export interface NscaClient {
  /**
   * Sends results in one connection; packets of 720 bytes take one connection each, for such servers lose all
   * but one. Nothing is tried a second time.
   *
   * @returns one outcome for each result, in order. The promise is never rejected.
   */
  send(results: readonly NscaResult[], signal?: AbortSignal): Promise<SendOutcome[]>;
}

/** @throws NscaError `unsupported-encryption`, `password` or `invalid-option` */
export function createClient(options: NscaClientOptions): NscaClient {
  const conversation: ConversationOptions = {
    server: options.server,
    port: options.port ?? 5667,
    packetSize: options.packetSize ?? 4304,
    connectTimeout: options.connectTimeout ?? 5000,
    timeout: options.timeout ?? 10_000,
    rejectionWindow: options.rejectionWindow ?? 1500,
    key: keyOf(options),
  };
  checkOptions(conversation);
  return { send: (results, signal) => send(results, conversation, signal) };
}

function checkOptions({ server, port, packetSize, ...times }: ConversationOptions): void {
  const refuse = (message: string) => {
    throw new NscaError('invalid-option', message);
  };
  if (server === '') refuse('The server is empty: give a name or an address.');
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    refuse(`The port ${port} is not one of 1 to 65535.`);
  }
  if (![720, 4304].includes(packetSize)) refuse(`The packet size ${packetSize} is neither 720 nor 4304.`);
  for (const name of ['connectTimeout', 'timeout', 'rejectionWindow'] as const) {
    // Node's timers take no longer time than this.
    if (!(times[name] > 0 && times[name] < 2 ** 31)) {
      refuse(`The ${name} of ${times[name]} ms is not between 0 and 2147483647.`);
    }
  }
}

async function send(
  results: readonly NscaResult[],
  options: ConversationOptions,
  signal?: AbortSignal,
): Promise<SendOutcome[]> {
  const faults = results.map(faultOf);
  const sound = results.filter((_, index) => faults[index] === undefined);
  const outcomes = await sendSound(sound, options, signal);
  let next = 0;
  return faults.map((error) =>
    error === undefined ? outcomes[next++] : { status: 'failed', error },
  ) as SendOutcome[];
}

/** Connections at a time to a server that takes one result from each. */
const PARALLEL = 8;

async function sendSound(
  results: readonly NscaResult[],
  options: ConversationOptions,
  signal?: AbortSignal,
): Promise<SendOutcome[]> {
  if (options.packetSize === 4304) return sendTogether(results, options, signal);
  const outcomes: SendOutcome[] = [];
  while (outcomes.length < results.length) {
    const failed = outcomes.find(({ status }) => status !== 'sent');
    // What stopped one connection would stop the next as well, and rejections harm other clients. So the first
    // goes alone, and nothing follows a failure.
    if (failed !== undefined) return results.map((_, index) => outcomes[index] ?? failed);
    const count = outcomes.length === 0 ? 1 : PARALLEL;
    const group = results.slice(outcomes.length, outcomes.length + count);
    outcomes.push(
      ...(await Promise.all(group.map((result) => sendTogether([result], options, signal)))).flat(),
    );
  }
  return outcomes;
}

async function sendTogether(
  results: readonly NscaResult[],
  options: ConversationOptions,
  signal?: AbortSignal,
): Promise<SendOutcome[]> {
  if (results.length === 0) return [];
  const outcome = await converse(results, options, signal).then(
    () => ({ status: 'sent' }) as const,
    failureOf,
  );
  return results.map(() => outcome);
}

function failureOf(cause: unknown): SendOutcome {
  const error = cause instanceof NscaError ? cause : new NscaError('unreachable', reasonOf(cause), { cause });
  return { status: error.code === 'rejected' ? 'rejected' : 'failed', error };
}
