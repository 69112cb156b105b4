import { Icinga2Error } from './errors.js';
import type { Reply } from './exchange.js';
import { portHint, whereIs, type Target } from './target.js';
import { inOneLine } from './trouble.js';

/**
 * What the server says of one result.
 *
 * - `taken`: it has it, in memory.
 * - `refused`: it does not want this result, and would not want it again as it is; of others that says nothing.
 */
export type Verdict = { readonly status: 'taken' } | { readonly status: 'refused'; readonly reason: string };

/** How an answer begins that means what it says: with the same status, another says that it was ignored. */
const PROCESSED = 'Successfully processed';
const UNKNOWN_SERVICE =
  'it knows no such service, or none that this user may submit for; names are compared in upper and lower case';

/**
 * What became of a result.
 *
 * @throws Icinga2Error when the answer is not about the result
 */
export function verdictOf(reply: Reply, target: Target): Verdict {
  const answer = answerOf(reply, target);
  if (answer.code === 200 && answer.text.startsWith(PROCESSED)) return { status: 'taken' };
  return { status: 'refused', reason: answer.code === 404 ? UNKNOWN_SERVICE : answer.text };
}

/**
 * Whether a result would be taken: of a question without an exit status, Icinga complains only after it has found
 * a service that the user may submit for.
 *
 * @throws Icinga2Error as verdictOf()
 */
export function verdictOfProbe(reply: Reply, target: Target): Verdict {
  const answer = answerOf(reply, target);
  if (answer.code === 400 && answer.text.includes("'exit_status' is required")) return { status: 'taken' };
  return { status: 'refused', reason: answer.code === 404 ? UNKNOWN_SERVICE : answer.text };
}

/** What is said of one object. */
interface Answer {
  readonly code: number;
  readonly text: string;
}

function answerOf(reply: Reply, target: Target): Answer {
  throwIfGeneral(reply, target);
  const { status } = reply;
  const said = parse(reply.body);
  if (said?.form === 'error' && status === 404 && said.text.startsWith('No objects'))
    return { code: 404, text: said.text };
  if (said?.form === 'error' && status === 400) return { code: 400, text: said.text };
  // 2.13 answers so when a filter matches nothing.
  if (said?.form === 'results' && said.answers.length === 0 && status === 500)
    return { code: 404, text: 'No objects found.' };
  const [answer, ...others] = said?.form === 'results' ? said.answers : [];
  if (answer === undefined) throw notIcinga(reply, target);
  if (others.length > 0)
    return { code: 500, text: `it was applied to ${1 + others.length} services instead of one` };
  return answer;
}

/** @throws Icinga2Error for what would be said of anything that is asked */
export function throwIfGeneral({ status, body }: Reply, target: Target): void {
  const where = whereIs(target);
  const said = parse(body);
  if (status === 401)
    throw new Icinga2Error(
      'unauthorized',
      `${where} does not know who asks: compare the user and the password, or the name in the client's certificate, with its ApiUser.`,
    );
  const isInactive = said?.form === 'results' && said.answers.some(({ code }) => code === 503);
  if (isInactive || status === 503)
    throw new Icinga2Error('unavailable', `${where} is being stopped or reloaded (503).`);
  if (status === 429 || status === 502 || status === 504)
    throw new Icinga2Error('unavailable', `${where} cannot be reached behind its proxy (${status}).`);
  if (said?.form === 'error' && status === 403)
    throw new Icinga2Error('forbidden', `${where} refuses: ${said.text}; add it to the ApiUser.`);
}

/** @throws Icinga2Error `not-icinga` */
export function notIcinga({ status, body }: Reply, target: Target): Icinga2Error {
  const words = inOneLine(body.replace(/<[^>]*>/g, ' '));
  return new Icinga2Error(
    'not-icinga',
    `${whereIs(target)} does not answer as Icinga's API does (${status}${words === '' ? '' : `: ${words}`}): is it one?${portHint(target)}`,
  );
}

/** Icinga's two forms of an answer. */
type Said =
  | { readonly form: 'error'; readonly text: string }
  | { readonly form: 'results'; readonly answers: readonly Answer[] };

function parse(body: string): Said | undefined {
  const json = parseJson(body);
  if (!isRecord(json)) return undefined;
  if (typeof json['error'] === 'number') return { form: 'error', text: textOf(json['status']) };
  const { results } = json;
  if (!Array.isArray(results)) return undefined;
  return {
    form: 'results',
    answers: results.map((each: unknown) => {
      const { code, status } = isRecord(each) ? each : {};
      return { code: typeof code === 'number' ? code : 0, text: textOf(status) };
    }),
  };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

const textOf = (status: unknown): string =>
  typeof status === 'string' && status !== '' ? inOneLine(status) : 'it gives no reason';
