import { inspect } from 'node:util';
import { readPrivateFile } from './private-file.js';
import { SecretError } from './secret-error.js';

/** Kept outside the objects, so that nothing that walks over properties can find them. */
const secrets = new WeakMap<object, Buffer>();

/** What this side and a server know, and nobody else may. It does not show in inspect(), JSON or text. */
export class Secret {
  /** Makes the type nominal: whatever else has the same methods is no secret. */
  declare private readonly kind: 'secret';

  private constructor(secret: Buffer) {
    secrets.set(this, secret);
  }

  /**
   * @param what a noun for it, such as `password`
   * @throws SecretError when the text is empty or has a NUL or a line break, which no server's file can hold
   */
  static fromText(text: string, what: string): Secret {
    return Secret.#checked(text, `The ${what}`);
  }

  /**
   * The first line of a file is the secret; a file with more lines is refused.
   *
   * @throws SecretError when the file cannot be read, holds none, or may be read by others than its owner and group
   */
  static fromFile(path: string, what: string): Secret {
    return Secret.#checked(readPrivateFile(path, what).replace(/\r?\n$/, ''), `The ${what} in ${path}`);
  }

  /** @throws SecretError when the variable is not set or empty */
  static fromEnvironment(name: string, what: string): Secret {
    const text = process.env[name];
    if (text === undefined)
      throw new SecretError(`The environment variable ${name} is not set: put the ${what} there.`);
    return Secret.#checked(text, `The ${what} in the environment variable ${name}`);
  }

  static #checked(text: string, what: string): Secret {
    if (text === '') throw new SecretError(`${what} is empty: write there what the server has.`);
    if (/[\0\r\n]/.test(text)) {
      throw new SecretError(
        `${what} has a line break or a NUL character, which the server's file cannot hold: remove it.`,
      );
    }
    return new Secret(Buffer.from(text));
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** For who sends it or makes a key of it; undefined when this is none: text would be shown by all that shows options. */
export function bytesOf(secret: unknown): Buffer | undefined {
  return secret instanceof Secret ? secrets.get(secret) : undefined;
}
