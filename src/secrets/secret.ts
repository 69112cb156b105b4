import { inspect } from 'node:util';
import { readPrivateFile, SecretError } from './private-file.js';

/** Kept outside the objects, so that nothing that walks over properties can find them. */
const texts = new WeakMap<Secret, string>();

/** In bytes. */
const LONGEST = 4096;

/** A password or a token. It does not show in inspect(), JSON or text. */
export class Secret {
  private constructor(text: string) {
    texts.set(this, text);
  }

  /**
   * From a file of one line, which others than its owner and group may not read.
   *
   * @throws SecretError
   */
  static fromFile(path: string): Secret {
    const text = readPrivateFile(path, LONGEST).replace(/\r?\n$/, '');
    if (text === '') throw new SecretError(`${path} is empty: write the secret into it, in one line`);
    if (/\p{Cc}/u.test(text))
      throw new SecretError(`${path} has several lines or a control character: one line is the secret`);
    return new Secret(text);
  }

  /** For who sends it, and for nobody else. */
  reveal(): string {
    return texts.get(this) ?? '';
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
