import { OneConnection } from './connection.js';
import { exchange, ReusedError, type ExchangeOptions, type Question, type Reply } from './exchange.js';
import type { Icinga2ClientOptions } from './options.js';

/** HTTPS on one connection. */
export class Transport {
  readonly #options: ExchangeOptions;
  readonly #agent: OneConnection;

  /** @param onEnd the server has ended the connection between two questions */
  constructor(options: Icinga2ClientOptions, onEnd: () => void) {
    const { host, port, serverName, ca, cert, key, user, password } = options;
    const { connectTimeout = 10_000, timeout = 20_000, idleTimeout = 8000 } = options;
    const target = { host, port, serverName };
    this.#options = {
      ...target,
      timeout,
      ...(user !== undefined && password !== undefined && { credentials: `${user}:${password}` }),
    };
    this.#agent = new OneConnection({ ...target, ca, cert, key, connectTimeout, idleTimeout }, onEnd);
  }

  /**
   * `wasBroken`: the connection that was kept had ended, and a new one was made.
   *
   * @throws Icinga2Error
   */
  async ask(question: Question, signal?: AbortSignal): Promise<{ reply: Reply; wasBroken: boolean }> {
    try {
      return { reply: await exchange(question, this.#options, this.#agent, signal), wasBroken: false };
    } catch (error) {
      if (!(error instanceof ReusedError)) throw error;
      return { reply: await exchange(question, this.#options, this.#agent, signal), wasBroken: true };
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
