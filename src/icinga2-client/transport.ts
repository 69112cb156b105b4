import { OneConnection } from './connection.js';
import { exchange, ReusedError, type ExchangeOptions, type Question, type Reply } from './exchange.js';
import type { Icinga2ClientOptions } from './options.js';

/** HTTPS on one connection. */
export class Transport {
  readonly #options: ExchangeOptions;
  readonly #agent: OneConnection;
  readonly #onEnd: (since: number) => void;

  /** @param onEnd the server has ended the connection between two questions, or since the second was asked */
  constructor(options: Icinga2ClientOptions, onEnd: (since: number) => void) {
    const { host, port, serverName, ca, cert, key, user, password } = options;
    const { connectTimeout = 10_000, timeout = 20_000, idleTimeout = 8000 } = options;
    const target = { host, port, serverName };
    this.#options = {
      ...target,
      timeout,
      ...(user !== undefined && password !== undefined && { credentials: `${user}:${password}` }),
    };
    this.#onEnd = onEnd;
    this.#agent = new OneConnection({ ...target, ca, cert, key, connectTimeout, idleTimeout }, () => {
      onEnd(performance.now());
    });
  }

  /** @throws Icinga2Error */
  async ask(question: Question, signal?: AbortSignal): Promise<Reply> {
    const askedAt = performance.now();
    try {
      return await exchange(question, this.#options, this.#agent, signal);
    } catch (error) {
      if (!(error instanceof ReusedError)) throw error;
      // It is told whatever becomes of the second try: a server that is restarted refuses that, and has lost all the same.
      this.#onEnd(askedAt);
      return await exchange(question, this.#options, this.#agent, signal);
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
