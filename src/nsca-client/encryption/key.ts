import { NscaError } from '../errors.js';
import { secretOf, type Password } from '../password.js';
import type { PacketKey } from './cipher.js';
import { methodOf, type Encryption, type EncryptionName } from './parse.js';

/** What client and server have to agree on. */
export interface Agreement {
  /** Default: rijndael-128 (14), the only one to recommend. Debian's nsca and send_nsca default to xor (1). */
  readonly encryption?: Encryption | EncryptionName | number;
  /** Needed by every method but `none` and `xor`. */
  readonly password?: Password;
}

/** @throws NscaError `unsupported-encryption`, or `password` when the method needs one and there is none. */
export function keyOf({ encryption = 14, password }: Agreement): PacketKey {
  const { number, name, key, needsPassword } = methodOf(encryption);
  if (needsPassword && password === undefined) {
    throw new NscaError(
      'password',
      `The encryption method ${name} (${number}) needs a password, the same as in the server's nsca.cfg.`,
    );
  }
  return key(secretOf(password));
}
