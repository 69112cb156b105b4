import { bytesOf, Secret, SecretError } from '../secrets/index.js';
import { NscaError } from './errors.js';

/** The shared secret of client and server. It does not show in inspect(), JSON or text. */
export type Password = Secret;

/** Each throws an NscaError `password` when there is none, or when others than owner and group may read its file. */
export const Password = {
  /** No empty one, and none with a NUL or a line break, which nsca.cfg cannot hold. */
  fromText: (text: string): Password => typed(() => Secret.fromText(text, 'password')),
  /** The first line of a file is the password; a file with more lines is refused. */
  fromFile: (path: string): Password => typed(() => Secret.fromFile(path, 'password')),
  fromEnvironment: (name: string): Password => typed(() => Secret.fromEnvironment(name, 'password')),
};

function typed(make: () => Secret): Password {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof SecretError)) throw cause;
    throw new NscaError('password', cause.message, { cause });
  }
}

/** The password's bytes, for this library alone: index.ts does not export it. Without a password, none. */
export function secretOf(password: Password | undefined): Buffer {
  if (password === undefined) return Buffer.alloc(0);
  const secret = bytesOf(password);
  if (secret === undefined) {
    throw new NscaError(
      'password',
      'The password is not a Password: make it by Password.fromFile, fromEnvironment or fromText.',
    );
  }
  return secret;
}
