import { readFile } from './read-file.js';

/** In bytes: a longer file is not one with a secret. */
const LONGEST = 4096;

/** @throws SecretError when it is no file or no text, is open to others than its owner and group, or is too long */
export function readPrivateFile(path: string, what: string): string {
  return readFile(path, what, ({ mode, size }) => {
    if ((mode & 0o007) !== 0)
      return `${path} is open to others than its owner and group: run chmod o= ${quoted(path)}`;
    if (size > LONGEST)
      return `${path} has ${size} bytes: a ${what} file holds one line of at most ${LONGEST}.`;
    return undefined;
  });
}

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
