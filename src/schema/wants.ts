/** The parts of a zod issue that a message is made of. */
interface Issue {
  readonly input?: unknown;
  readonly expected?: unknown;
}

/** A zod error function, for `z.string(wants('a host name', 'host: gw01'))`: what was found, what to write. */
export function wants(what: string, example: string): { error: (issue: Issue) => string } {
  return {
    error: ({ input, expected }) =>
      expected === 'string' && isPlain(input)
        ? `${found(input)} is not text; put it in quotes`
        : unwanted(input, what, example),
  };
}

/** `what is wrong; what to do` for a value that is not what its key wants. */
export function unwanted(input: unknown, what: string, example: string): string {
  if (input === undefined) return `is missing; write ${what}, such as ${example}`;
  if (input === null || input === '') return `is empty; write ${what}, such as ${example}`;
  return `${found(input)} is not ${what}; write one such as ${example}`;
}

/** The same for a URL, which is not shown if it may hold a user, a password or a token: the log has no secrets. */
export function unwantedUrl(written: string, what: string, example: string): string {
  if (/[@?#]/.test(written)) return `is not ${what}; write one such as ${example}`;
  return unwanted(written, what, example);
}

/** The value, as a message names it. */
export function found(input: unknown): string {
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list';
  if (typeof input === 'string') return quoted(input);
  if (isPlain(input)) return `the ${typeof input} ${String(input)}`;
  return 'a group of keys';
}

/** What YAML makes of an unquoted 4711 or true, which may have been meant as a name. */
function isPlain(input: unknown): input is number | boolean {
  return typeof input === 'number' || typeof input === 'boolean';
}

const longestQuote = 40;

/** The text in quotes, as far as it needs to be shown to be found again. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > longestQuote ? `${text.slice(0, longestQuote - 1)}…` : text);
}
