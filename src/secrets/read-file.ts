import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { types } from 'node:util';
import { SecretError } from './secret-error.js';

/**
 * Reads text, without waiting for anybody, and without a mark of its byte order in front.
 *
 * @param problemOf why a file is not read that has this status
 * @throws SecretError
 */
export function readFile(
  path: string,
  what: string,
  problemOf: (status: Stats) => string | undefined,
): string {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) throw new SecretError(`${path} is not a file: give one with the ${what} in it.`);
      const problem = problemOf(status);
      if (problem !== undefined) throw new SecretError(problem);
      return textOf(readFileSync(file), path);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof SecretError) throw cause;
    const reason = types.isNativeError(cause) ? cause.message : String(cause);
    throw new SecretError(`The ${what} file ${path} cannot be read: ${reason}.`, { cause });
  }
}

/** Other bytes would be changed on the way, and the server would say that the secret is wrong. */
function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SecretError(`${path} is not text in UTF-8: write it so, here and on the server.`);
  }
}
