import type { Agent, ClientRequest, IncomingMessage, request } from 'node:http';
import { EACH_ADDRESS, lateName, lookup } from '../lookup/index.js';
import { NrdpError } from './errors.js';
import { connectionTrouble } from './trouble.js';

/** What came back. */
export interface Posted {
  readonly status: number;
  readonly body: string;
}

export interface PosterOptions {
  readonly url: URL;
  /** Certificates to trust instead of those that Node.js comes with, as PEM. */
  readonly ca?: string;
  /** The name in the server's certificate, if it is not that of the URL. */
  readonly serverName?: string;
  /** Milliseconds for all of a request, with its name, its connection and its answer. */
  readonly timeout: number;
}

/** In bytes: NRDP says some hundred. */
const LONGEST_ANSWER = 65_536;

/** Milliseconds until the kernel asks whether somebody is there, as its own default is; Node would have it each second. */
const KEEP_ALIVE = 7_200_000;

/** Posts forms to one address, over one connection that is kept for as long as the server keeps it. */
export class Poster {
  readonly #options: PosterOptions;
  #transport: Promise<Transport> | undefined;

  constructor(options: PosterOptions) {
    this.#options = options;
  }

  /** @throws NrdpError */
  async post(form: string, signal: AbortSignal): Promise<Posted> {
    const deadline = performance.now() + this.#options.timeout;
    const transport = await (this.#transport ??= loadTransport(this.#options));
    for (;;) {
      const attempt = new Attempt(this.#request(transport, form), this.#options.url);
      try {
        return await attempt.answer(deadline - performance.now(), this.#options.timeout, signal);
      } catch (error) {
        // A server closes what was idle for some seconds, and that may cross with the next request.
        if (!attempt.wasStale) throw error;
      }
    }
  }

  #request({ request, agent }: Transport, form: string): ClientRequest {
    const body = Buffer.from(form);
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': body.length,
      Accept: 'application/json',
    };
    return request(this.#options.url, { method: 'POST', agent, headers }).end(body);
  }
}

interface Transport {
  readonly request: typeof request;
  readonly agent: Agent;
}

/** When there is something to send, and not before: they take 4 MiB. */
async function loadTransport({ url, ca, serverName: servername }: PosterOptions): Promise<Transport> {
  const keep = {
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE,
    maxSockets: 1,
    lookup,
    autoSelectFamilyAttemptTimeout: EACH_ADDRESS,
  };
  if (url.protocol !== 'https:') {
    const { request, Agent } = await import('node:http');
    return { request, agent: new Agent(keep) };
  }
  const { request, Agent } = await import('node:https');
  const trust = { ...(ca !== undefined && { ca }), ...(servername !== undefined && { servername }) };
  return { request, agent: new Agent({ ...keep, ...trust }) };
}

/** One request, and its answer. */
class Attempt {
  readonly #request: ClientRequest;
  readonly #where: string;
  readonly #name: string;
  #isAnswered = false;
  #isGivenUp = false;

  constructor(request: ClientRequest, { host, hostname }: URL) {
    this.#request = request;
    this.#where = host;
    this.#name = hostname;
  }

  /** Whether it failed on a connection that was kept, before a word of an answer. */
  get wasStale(): boolean {
    return this.#request.reusedSocket && !this.#isAnswered && !this.#isGivenUp;
  }

  async answer(ms: number, timeout: number, signal: AbortSignal): Promise<Posted> {
    const giveUp = (error: NrdpError) => {
      this.#isGivenUp = true;
      this.#request.destroy(error);
    };
    const onAbort = () => {
      giveUp(new NrdpError('aborted', 'Sending was aborted.'));
    };
    const timer = setTimeout(() => {
      const late = lateName(this.#name, timeout) ?? `${this.#where} has not answered within ${timeout} ms`;
      giveUp(new NrdpError('timeout', late));
    }, ms);
    signal.addEventListener('abort', onAbort);
    try {
      const answered = this.#read();
      if (signal.aborted) onAbort();
      return await answered;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #read(): Promise<Posted> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        reject(error instanceof NrdpError ? error : connectionTrouble(error, this.#where));
      };
      this.#request.on('error', fail);
      this.#request.on('response', (response) => {
        this.#isAnswered = true;
        this.#readBody(response, resolve, fail);
      });
    });
  }

  #readBody(
    response: IncomingMessage,
    resolve: (posted: Posted) => void,
    fail: (error: Error) => void,
  ): void {
    const parts: Buffer[] = [];
    let size = 0;
    response.on('data', (part: Buffer) => {
      size += part.length;
      parts.push(part);
      if (size <= LONGEST_ANSWER) return;
      parts.length = 0;
      const error = new NrdpError(
        'no-nrdp',
        `${this.#where} says more than ${LONGEST_ANSWER} bytes: is it NRDP?`,
      );
      fail(error);
      this.#request.destroy();
    });
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() });
    });
    // An answer that was broken off; after its end, nobody listens any more.
    response.on('error', fail);
    response.on('close', () => {
      fail(new NrdpError('unreachable', `${this.#where} has broken off its answer`));
    });
  }
}
