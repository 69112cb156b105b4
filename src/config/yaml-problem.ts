import type { ErrorCode, YAMLError } from 'yaml';

export const nestedTooDeeply = 'nested too deeply; write it with fewer levels';

/** What to do, where the parser's own message does not say it or speaks to programmers. */
const problems: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a second colon on one line; put a value that has a colon in quotes, such as "10:"',
  DUPLICATE_KEY: 'this key is written twice; keep one of them',
  MULTIPLE_DOCS: 'a second YAML document begins here; keep one document in the file',
  NON_STRING_KEY: 'a key that is not plain text; write one of the documented keys',
  RESOURCE_EXHAUSTION: nestedTooDeeply,
  TAB_AS_INDENT: 'a tab in the indentation; indent with spaces',
};

const remedies: Partial<Record<ErrorCode, string>> = {
  BAD_SCALAR_START: 'put the value in quotes, such as "@10:20"',
  MISSING_CHAR: 'add it',
  TAG_RESOLVE_FAILED: 'leave the tag out',
};

/** `what is wrong; what to do`, for a text that is not YAML. */
export function yamlProblem({ code, message }: YAMLError): string {
  return problems[code] ?? `${message}; ${remedies[code] ?? 'correct the YAML here'}`;
}
