import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { NscaError, reasonOf } from './errors.js';

/** Kept outside the objects, so that nothing that walks over properties can find them. */
const secrets = new WeakMap<Password, Buffer>();

/** In bytes: a longer file is not a password file. */
const LONGEST = 4096;

/** The shared secret of client and server. It does not show in inspect(), JSON or text. */
export class Password {
  /** Makes the type nominal: whatever else has the same methods is no password. */
  declare private readonly kind: 'password';

  private constructor(secret: Buffer) {
    secrets.set(this, secret);
  }

  /** @throws NscaError `password` when the text is empty or has a NUL or a line break, which nsca.cfg cannot hold. */
  static fromText(text: string): Password {
    return Password.#checked(text, 'The password');
  }

  /**
   * The first line of a file is the password; a file with more lines is refused.
   *
   * @throws NscaError `password` when the file cannot be read, holds no password, or may be read by others
   *   than its owner and group.
   */
  static fromFile(path: string): Password {
    return Password.#checked(readPrivateFile(path).replace(/\r?\n$/, ''), `The password in ${path}`);
  }

  /** @throws NscaError `password` when the variable is not set or empty. */
  static fromEnvironment(name: string): Password {
    const text = process.env[name];
    if (text === undefined) {
      throw new NscaError('password', `The environment variable ${name} is not set: put the password there.`);
    }
    return Password.#checked(text, `The password in the environment variable ${name}`);
  }

  static #checked(text: string, what: string): Password {
    if (text === '') throw new NscaError('password', `${what} is empty: nsca takes no empty password.`);
    if (/[\0\r\n]/.test(text)) {
      throw new NscaError(
        'password',
        `${what} has a line break or a NUL character, which nsca.cfg cannot hold: remove it.`,
      );
    }
    return new Password(Buffer.from(text));
  }

  toString(): string {
    return '[password]';
  }

  toJSON(): string {
    return '[password]';
  }

  [inspect.custom](): string {
    return '[password]';
  }
}

function readPrivateFile(path: string): string {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) {
        throw new NscaError('password', `${path} is not a file: give one with the password in it.`);
      }
      if ((status.mode & 0o007) !== 0) {
        throw new NscaError(
          'password',
          `${path} is open to others than its owner and group: run chmod o= ${quoted(path)}`,
        );
      }
      if (status.size > LONGEST) {
        throw new NscaError(
          'password',
          `${path} has ${status.size} bytes: a password file holds one line of at most ${LONGEST}.`,
        );
      }
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof NscaError) throw cause;
    throw new NscaError('password', `The password file ${path} cannot be read: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;

/** The password's bytes, for this library alone: index.ts does not export it. Without a password, none. */
export function secretOf(password: Password | undefined): Buffer {
  if (password === undefined) return Buffer.alloc(0);
  const secret = secrets.get(password);
  // Text would do for JavaScript, and would then be shown by everything that shows options.
  if (secret === undefined) {
    throw new NscaError(
      'password',
      'The password is not a Password: make it by Password.fromFile, fromEnvironment or fromText.',
    );
  }
  return secret;
}
