import * as z from 'zod';
import { unwanted, wants, writtenAs } from '../../schema/index.js';

/** A name that a central server can have, and takes unchanged by an external command. */
export function nagiosName(what: string, example: string) {
  const schema = z.string(wants(what, example)).superRefine((name, context) => {
    const problem = name === '' ? unwanted(name, what, example) : problemOf(name);
    if (problem !== undefined) context.addIssue(problem);
  });
  return writtenAs(schema, () => ({
    pattern: String.raw`^[^;\s\p{Cc}\p{Cs}](?:[^;\p{Cc}\p{Cs}]*[^;\s\p{Cc}\p{Cs}])?$`,
  }));
}

function problemOf(name: string): string | undefined {
  if (name.trim() !== name) return 'has a space at its start or end; take it away, since Nagios would';
  return /[;\p{Cc}\p{Cs}]/u.test(name)
    ? 'has a semicolon, a tab or another control character; Nagios cannot take these, write others'
    : undefined;
}
