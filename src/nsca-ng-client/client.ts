import { randomBytes } from 'node:crypto';
import { commandOf } from './command.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { NscaNgError, reasonOf } from './errors.js';
import { ping, pushAll, refusalOf, type Pushed } from './push.js';
import { checkCredentials, type Credentials } from './psk.js';
import { faultOf, type NscaNgResult } from './result.js';

export interface NscaNgClientOptions extends Credentials {
  /** A name or an address. */
  readonly server: string;
  /** Default: 5668. */
  readonly port?: number;
  /** Milliseconds for the name and its addresses, and again for TLS. Default: 10000. */
  readonly connectTimeout?: number;
  /** Milliseconds for each answer. Default: 15000. */
  readonly timeout?: number;
}

/**
 * What became of one result.
 *
 * - `accepted`: the server has it in its memory, and will write it into the command file of Nagios or Icinga. Nobody
 *   tells whether it came there, and whether the host and the service are known.
 * - `refused`: the server does not want this one (`refused`), or it cannot be sent (`invalid-result`).
 * - `failed`: it is not known to have arrived.
 */
export type SendOutcome =
  { readonly status: 'accepted' } | { readonly status: 'refused' | 'failed'; readonly error: NscaNgError };

export interface NscaNgClient {
  /**
   * Sends results in order, on one connection that is kept. A connection that is closed without an answer is made anew
   * at once, and the result sent again: the server may then have it twice. Nothing else is tried a second time.
   *
   * @returns one outcome for each result, in order. The promise is never rejected.
   */
  send(results: readonly NscaNgResult[], signal?: AbortSignal): Promise<SendOutcome[]>;
  /**
   * Asks on a connection of its own whether the server is there and both have the key; it does nothing else.
   *
   * @returns the version of TLS
   * @throws NscaNgError
   */
  ping(signal?: AbortSignal): Promise<string>;
  /** Leaves the server in an orderly way, once what was sent has its outcomes. It can be used again. */
  close(): Promise<void>;
}

/** @throws NscaNgError `invalid-option` */
export function createClient(options: NscaNgClientOptions): NscaNgClient {
  const { server, port = 5668, connectTimeout = 10_000, timeout = 15_000, identity, key } = options;
  const complete = { server, port, connectTimeout, timeout, identity, key };
  checkOptions(complete);
  return new Client(complete);
}

function checkOptions({ server, port, connectTimeout, timeout, ...credentials }: ConnectionOptions): void {
  const refuse = (message: string) => {
    throw new NscaNgError('invalid-option', message);
  };
  if (server === '') refuse('The server is empty: give a name or an address.');
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    refuse(`The port ${port} is not one of 1 to 65535.`);
  for (const [name, ms] of Object.entries({ connectTimeout, timeout })) {
    // Node's timers take no longer time than this.
    if (!(ms >= 1 && ms < 2 ** 31)) refuse(`The ${name} of ${ms} ms is not between 1 and 2147483647.`);
  }
  checkCredentials(credentials);
}

class Client implements NscaNgClient {
  readonly #options: ConnectionOptions;
  #connection: Connection | undefined;
  /** What comes later waits for it, so that results arrive in order. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  send(results: readonly NscaNgResult[], signal?: AbortSignal): Promise<SendOutcome[]> {
    return this.#inTurn(() => this.#send(results, signal));
  }

  async ping(signal?: AbortSignal): Promise<string> {
    const connection = await Connection.open(this.#options, signal);
    try {
      await connection.during(() => ping(connection), signal);
      return connection.protocol;
    } finally {
      connection.end();
    }
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#connection?.quit();
      this.#connection = undefined;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#before.then(work);
    this.#before = done;
    return done;
  }

  async #send(results: readonly NscaNgResult[], signal?: AbortSignal): Promise<SendOutcome[]> {
    const commands = results.map(commandOrFault);
    const sound = commands.flatMap((command) => (command instanceof NscaNgError ? [] : [command]));
    const outcomes = await this.#push(sound, signal);
    let next = 0;
    return commands.map((command) =>
      command instanceof NscaNgError ? { status: 'refused', error: command } : outcomes[next++],
    ) as SendOutcome[];
  }

  async #push(commands: readonly Buffer[], signal?: AbortSignal): Promise<SendOutcome[]> {
    const outcomes: SendOutcome[] = [];
    /** The last one that was sent a second time. */
    let again = -1;
    while (outcomes.length < commands.length) {
      try {
        await this.#pushOn(commands.slice(outcomes.length), outcomes, signal);
      } catch (cause) {
        this.#connection?.destroy();
        this.#connection = undefined;
        const error = errorOf(cause);
        if (error.code !== 'closed' || again === outcomes.length)
          return commands.map((_, index) => outcomes[index] ?? { status: 'failed', error });
        again = outcomes.length;
      }
    }
    return outcomes;
  }

  async #pushOn(commands: readonly Buffer[], outcomes: SendOutcome[], signal?: AbortSignal): Promise<void> {
    const kept = this.#connection?.isOpen ? this.#connection : undefined;
    this.#connection = kept ?? (await Connection.open(this.#options, signal));
    const greeting = kept ? {} : { greeting: `MOIN 1 ${randomBytes(6).toString('base64')}\r\n` };
    const { server, port } = this.#options;
    const onPushed = (pushed: Pushed) => {
      outcomes.push(
        pushed.taken
          ? { status: 'accepted' }
          : { status: 'refused', error: refusalOf(pushed.reason, `${server} port ${port}`) },
      );
    };
    const connection = this.#connection;
    await connection.during(() => pushAll(connection, { commands, ...greeting }, onPushed), signal);
  }
}

/** The clock is asked as late as can be: a result that waited is told as one of now, and is not stale at once. */
function commandOrFault(result: NscaNgResult): Buffer | NscaNgError {
  const fault = faultOf(result);
  if (fault) return fault;
  try {
    return commandOf(result, Date.now());
  } catch (error) {
    return errorOf(error);
  }
}

function errorOf(cause: unknown): NscaNgError {
  return cause instanceof NscaNgError ? cause : new NscaNgError('unreachable', reasonOf(cause), { cause });
}
