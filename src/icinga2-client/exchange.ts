import { request, type Agent } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { Icinga2Error } from './errors.js';
import { authorityOf, whereIs, type Target } from './target.js';
import { troubleOf } from './trouble.js';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface ExchangeOptions extends Target {
  /** `name:password`, if the server is to know who asks by these. */
  readonly credentials?: string | undefined;
  /** Milliseconds for all of it. */
  readonly timeout: number;
}

/** Bytes of an answer: Icinga's to one question have some hundred. */
const LONGEST_ANSWER = 65_536;

/** A connection that was kept can end in the very moment in which it is used again. */
export class ReusedError extends Icinga2Error {}

/** @throws Icinga2Error; ReusedError when the connection was kept, and ended before any answer */
export async function exchange(
  { method, path, body }: Question,
  options: ExchangeOptions,
  agent: Agent,
  signal?: AbortSignal,
): Promise<Reply> {
  if (signal?.aborted === true) throw aborted();
  return new Promise((resolve, reject) => {
    const question = request({
      agent,
      method,
      host: options.host,
      port: options.port,
      path,
      headers: {
        Host: authorityOf(options),
        // Exactly this: Icinga compares.
        Accept: 'application/json',
        ...(body !== undefined && {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
        }),
      },
      ...(options.credentials !== undefined && { auth: options.credentials }),
    });
    // A request without a connection yet ends only when it gets one: it is not waited for.
    const onAbort = () => {
      fail(aborted());
      question.destroy();
    };
    const timer = setTimeout(() => {
      question.destroy(
        new Icinga2Error('timeout', `${whereIs(options)} gave no answer within ${options.timeout / 1000} s.`),
      );
    }, options.timeout);
    const settled = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (cause: unknown) => {
      settled();
      const error = troubleOf(cause, options);
      const wasKept = question.reusedSocket && error.code === 'closed';
      reject(wasKept ? new ReusedError(error.code, error.message, { cause }) : error);
    };
    question.on('error', fail);
    // Before that the connection is not there for the next question, which would have another one made: an answer can
    // be complete before Node knows that its question was written.
    const closed = new Promise((done) => question.once('close', done));
    question.on('response', (answer) => {
      read(answer, options).then(async (reply) => {
        await closed;
        settled();
        resolve(reply);
      }, fail);
    });
    signal?.addEventListener('abort', onAbort);
    question.end(body);
  });
}

const aborted = () => new Icinga2Error('aborted', 'Asking was aborted.');

/** All of it, unless that is more than Icinga says. */
function read(answer: IncomingMessage, target: Target): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LONGEST_ANSWER)
        answer.destroy(
          new Icinga2Error(
            'not-icinga',
            `${whereIs(target)} answers with more than ${LONGEST_ANSWER} bytes: is it an Icinga 2?`,
          ),
        );
    });
    answer.on('end', () => {
      resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
    answer.on('error', reject);
  });
}
