import { judge } from './answer.js';
import { NrdpError } from './errors.js';
import { Poster } from './post.js';
import { NO_CHECKS, submissionsOf, type NrdpCheck, type Submission } from './submission.js';

export interface NrdpClientOptions {
  /** That of NRDP's folder: `https://mon1/nrdp/`. */
  readonly url: URL;
  /** Gives the token, which nothing here keeps. */
  readonly token: () => string;
  /** Certificates to trust instead of those that Node.js comes with, as PEM. */
  readonly ca?: string;
  /** The name in the server's certificate, if it is not that of the URL. */
  readonly serverName?: string;
  /** Milliseconds for each request. Default: 15000. */
  readonly timeout?: number;
}

/** Submits check results to NRDP, over one connection and in the order of the calls. */
export class NrdpClient {
  readonly #poster: Poster;
  readonly #token: () => string;
  readonly #where: string;
  #before: Promise<unknown> = Promise.resolve();

  constructor({ token, timeout = 15_000, ...options }: NrdpClientOptions) {
    this.#poster = new Poster({ ...options, timeout });
    this.#token = token;
    this.#where = options.url.host;
  }

  /**
   * In as many requests as are needed. What stops one would stop the next, so nothing follows a failure. Never rejects.
   *
   * @returns for each check, in order, undefined if it was taken
   */
  submit(checks: readonly NrdpCheck[], signal: AbortSignal): Promise<(NrdpError | undefined)[]> {
    const submitted = this.#before.then(() => this.#submit(checks, signal));
    this.#before = submitted;
    return submitted;
  }

  /**
   * Submits nothing, by which NRDP tells whether it would take something.
   *
   * @throws NrdpError
   */
  probe(signal: AbortSignal): Promise<void> {
    return this.#send(NO_CHECKS, signal);
  }

  async #submit(checks: readonly NrdpCheck[], signal: AbortSignal): Promise<(NrdpError | undefined)[]> {
    const outcomes: (NrdpError | undefined)[] = [];
    let failure: NrdpError | undefined;
    for (const submission of submissionsOf(checks)) {
      failure ??= await this.#send(submission, signal).then(() => undefined, asNrdpError);
      for (let check = 0; check < submission.count; check++) outcomes.push(failure);
    }
    return outcomes;
  }

  async #send({ count, field }: Submission, signal: AbortSignal): Promise<void> {
    const token = this.#token();
    // In the body, since an URL stands in logs.
    const form = `cmd=submitcheck&token=${encodeURIComponent(token)}&${field}`;
    judge(await this.#poster.post(form, signal), { count, where: this.#where, token });
  }
}

function asNrdpError(error: unknown): NrdpError {
  return error instanceof NrdpError ? error : new NrdpError('unreachable', String(error), { cause: error });
}
