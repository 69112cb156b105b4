import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { types } from 'node:util';
import { SecretError } from './secret-error.js';

/** In bytes: a longer file is not one with a secret. */
const LONGEST = 4096;

/** @throws SecretError when it is no file, is open to others than its owner and group, or is too long */
export function readPrivateFile(path: string, what: string): string {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) throw new SecretError(`${path} is not a file: give one with the ${what} in it.`);
      if ((status.mode & 0o007) !== 0) {
        throw new SecretError(
          `${path} is open to others than its owner and group: run chmod o= ${quoted(path)}`,
        );
      }
      if (status.size > LONGEST) {
        throw new SecretError(
          `${path} has ${status.size} bytes: a ${what} file holds one line of at most ${LONGEST}.`,
        );
      }
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof SecretError) throw cause;
    const reason = types.isNativeError(cause) ? cause.message : String(cause);
    throw new SecretError(`The ${what} file ${path} cannot be read: ${reason}.`, { cause });
  }
}

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
