import * as z from 'zod';
import { unwanted, wants } from './wants.js';

/** The bytes that an NSCA packet has for each name, without the closing NUL (nsca 2.10, common.h). */
export const longestHost = 63;
export const longestDescription = 127;

/** A name that reaches the central server whole and unchanged, over NSCA and through an external command. */
export function nagiosName(what: string, example: string, longest: number) {
  return z.string(wants(what, example)).superRefine((name, context) => {
    const problem = name === '' ? unwanted(name, what, example) : problemOf(name, longest);
    if (problem !== undefined) context.addIssue(problem);
  });
}

function problemOf(name: string, longest: number): string | undefined {
  if (name.trim() !== name) return 'has a space at its start or end; take it away, since Nagios would';
  if (/[;\p{Cc}\p{Cs}]/u.test(name))
    return 'has a semicolon, a tab or another control character; Nagios cannot take these, write others';
  const bytes = Buffer.byteLength(name);
  return bytes > longest ? `is ${bytes} bytes long; NSCA carries at most ${longest}, shorten it` : undefined;
}
