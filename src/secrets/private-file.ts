import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { types } from 'node:util';

/** A secret that cannot be had. The message is one line that says what to do, and never holds the secret. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * All of a file that holds a secret. It is refused if others than its owner and group may read it.
 *
 * @param longest in bytes: a longer file is another one
 * @throws SecretError
 */
export function readPrivateFile(path: string, longest: number): string {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) throw new SecretError(`${path} is not a file: give one with the secret in it`);
      if ((status.mode & 0o007) !== 0)
        throw new SecretError(
          `${path} is open to others than its owner and group: run chmod o= ${quoted(path)}`,
        );
      if (status.size > longest)
        throw new SecretError(`${path} has ${status.size} bytes: at most ${longest} can be a secret`);
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof SecretError) throw cause;
    throw new SecretError(
      `${path} cannot be read: ${types.isNativeError(cause) ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
}

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
