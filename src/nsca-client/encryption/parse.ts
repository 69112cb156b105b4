import { NscaError } from '../errors.js';
import { METHODS, UNUSABLE, type Method } from './methods.js';

/** An encryption method by its usual name; `aes` and `aes-256` are nsca's rijndael-128 with its key of 32 bytes. */
export type EncryptionName = (typeof METHODS)[number]['name'] | 'tripledes' | 'aes' | 'aes-256' | 'safer+';

/** An encryption method that this library can use. */
export interface Encryption {
  /** The number in nsca.cfg (`decryption_method`) and send_nsca.cfg (`encryption_method`). */
  readonly number: number;
  readonly name: EncryptionName;
}

const methods: readonly Method[] = METHODS;

/** Every method that this library can use, and its other names. */
export const ENCRYPTIONS: readonly (Encryption & { readonly aliases: readonly string[] })[] = methods.map(
  ({ number, name, aliases = [] }) => ({ number, name: name as EncryptionName, aliases }),
);

/**
 * Finds a method by its name, in any case, or by nsca.cfg's number.
 *
 * @throws NscaError `unsupported-encryption`, naming the method and what to use instead.
 */
export function parseEncryption(nameOrNumber: string | number): Encryption {
  const { number, name } = find(nameOrNumber);
  return { number, name: name as EncryptionName };
}

/** The method behind what `parseEncryption` gave out, or would give. */
export const methodOf = (encryption: Encryption | EncryptionName | number): Method =>
  find(typeof encryption === 'object' ? encryption.number : encryption);

function find(nameOrNumber: string | number): Method {
  const wanted = String(nameOrNumber).trim().toLowerCase();
  const found = methods.find(
    ({ number, name, aliases }) =>
      wanted === String(number) || wanted === name || aliases?.includes(wanted) === true,
  );
  if (found !== undefined) return found;
  const unusable = [...UNUSABLE].find(([number, name]) => wanted === String(number) || wanted === name);
  throw new NscaError(
    'unsupported-encryption',
    unusable === undefined
      ? `nsca has no encryption method ${JSON.stringify(wanted)}: use rijndael-128 (14) on both sides.`
      : `The encryption method ${unusable[1]} (${unusable[0]}) cannot be opened by an nsca daemon: use rijndael-128 (14) on both sides.`,
  );
}
