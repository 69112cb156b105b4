import * as z from 'zod';
import { writtenAs } from './json-schema.js';
import { found, wants } from './wants.js';

/** PATH_MAX without its NUL (include/uapi/linux/limits.h). */
export const longestPath = 4095;

/** A path that means the same from everywhere. */
export function absolutePath(what: string, example: string) {
  const schema = z.string(wants(what, example)).superRefine((path, context) => {
    const problem = pathProblem(path, longestPath);
    if (problem !== undefined) context.addIssue(problem);
    else if (!path.startsWith('/'))
      context.addIssue(`${found(path)} is not an absolute path; write all of it, such as ${example}`);
  });
  return writtenAs(schema, () => ({ pattern: String.raw`^/[^\p{Cc}\p{Cs}]*$` }));
}

/** Why no file can be there, however the path starts. */
export function pathProblem(path: string, longest: number): string | undefined {
  if (/[\p{Cc}\p{Cs}]/u.test(path)) return 'has a control character; write a path without';
  const bytes = Buffer.byteLength(path);
  return bytes > longest
    ? `is ${bytes} bytes long; Linux takes at most ${longest}, write a shorter path`
    : undefined;
}
