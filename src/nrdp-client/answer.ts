import { clip, printable } from '../text/index.js';
import { NrdpError } from './errors.js';
import type { Posted } from './post.js';

/** Characters of what the server says of itself. */
const LONGEST_WORDS = 200;

/** What to do about it, by what NRDP says (2.0.6, includes/constants.inc.php). */
const ADVICE: Readonly<Record<string, string>> = {
  'BAD TOKEN': 'the token is none of authorized_tokens in its config.inc.php',
  'NO TOKEN': 'the token did not arrive: does something before it change the request?',
  'NO TOKENS': 'its config.inc.php has no authorized_tokens',
  'DENIED TOKEN': 'its config.inc.php allows this token other commands only',
  'HTTPS REQUIRED': 'write https: in the url',
  'NOT AUTHENTICATED': 'its config.inc.php requires a user besides the token, which is not supported',
  BAD_USER: 'its config.inc.php requires a user besides the token, which is not supported',
  'BAD CHECK RESULTS DIR': 'see check_results_dir in its config.inc.php',
};

/** What it is an answer to. */
interface Asked {
  /** Of checks. */
  readonly count: number;
  readonly where: string;
  readonly token: string;
}

/**
 * Returns if NRDP has taken as many checks as were sent. It answers with HTTP 200 whatever became of them, so only
 * the body tells.
 *
 * @throws NrdpError
 */
export function judge({ status, body }: Posted, { count, where, token }: Asked): void {
  const result = resultOf(body);
  if (!result) throw notNrdp(status, where);
  // The number in 2.x, a text in 1.5.
  if (result['status'] !== 0 && result['status'] !== '0') throw refused(result, where, token);
  const said = processed(result);
  if (said !== undefined && said !== count)
    throw new NrdpError(
      'refused',
      `${where} says that it has processed ${said} of ${count} checks: does something before it change the request?`,
    );
}

function resultOf(body: string): Record<string, unknown> | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return isRecord(answer) && isRecord(answer['result']) ? answer['result'] : undefined;
  } catch {
    return undefined;
  }
}

/** `1 checks processed` is in `meta` since 2.0, and before beside the status. */
function processed({ meta, output }: Record<string, unknown>): number | undefined {
  const words = isRecord(meta) ? meta['output'] : output;
  const [, number] = /^(\d{1,9}) checks processed/.exec(typeof words === 'string' ? words : '') ?? [];
  return number === undefined ? undefined : Number(number);
}

function refused(
  { status, message, meta }: Record<string, unknown>,
  where: string,
  token: string,
): NrdpError {
  const information = isRecord(meta) ? (meta['information'] ?? meta['output']) : undefined;
  const words = [message, information].filter((each) => typeof each === 'string' && each !== '');
  const said = words.length > 0 ? words.join(', ') : `the status ${JSON.stringify(status) || 'of nothing'}`;
  const advice = typeof message === 'string' && Object.hasOwn(ADVICE, message) ? `: ${ADVICE[message]}` : '';
  // A server may say anything, also what it was told.
  const shown = clip(printable(said.replaceAll(token, '[token]')), LONGEST_WORDS);
  return new NrdpError('refused', `${where} says ${shown}${advice}`);
}

function notNrdp(status: number, where: string): NrdpError {
  const what = `${where} answers with HTTP ${status} and not as NRDP does`;
  if (status >= 500) return new NrdpError('unreachable', `${what}: see the log of its web server`);
  return new NrdpError('no-nrdp', `${what}: give the address of NRDP's folder, such as https://mon1/nrdp/`);
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
