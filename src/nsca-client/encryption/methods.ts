import type { PacketKey } from './cipher.js';
import { nodeCfb8 } from './node-cfb8.js';
import { noEncryption } from './none.js';
import { xorKey } from './xor.js';

/** One way to encrypt that nsca knows. */
export interface Method {
  /** nsca.cfg's `decryption_method`, send_nsca.cfg's `encryption_method`. */
  readonly number: number;
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly key: (secret: Buffer) => PacketKey;
  /** The password is the key: without one, everyone has it. */
  readonly needsPassword: boolean;
}

/** nsca takes the password as it is for the key: cut, or padded with zeros, to the cipher's largest key. */
const fitted = (secret: Buffer, size: number): Buffer => {
  const key = Buffer.alloc(size);
  secret.copy(key);
  return key;
};

/** DES is 3DES with one key three times; OpenSSL 3 has plain DES only in its legacy provider. */
const des = (secret: Buffer): PacketKey => {
  const key = fitted(secret, 8);
  return nodeCfb8('des-ede3-cfb8', 8, Buffer.concat([key, key, key]));
};

export const METHODS = [
  { number: 0, name: 'none', key: () => noEncryption, needsPassword: false },
  { number: 1, name: 'xor', key: xorKey, needsPassword: false },
  { number: 2, name: 'des', key: des, needsPassword: true },
  {
    number: 3,
    name: '3des',
    aliases: ['tripledes'],
    key: (secret) => nodeCfb8('des-ede3-cfb8', 8, fitted(secret, 24)),
    needsPassword: true,
  },
  {
    number: 14,
    name: 'rijndael-128',
    aliases: ['aes', 'aes-256'],
    key: (secret) => nodeCfb8('aes-256-cfb8', 16, fitted(secret, 32)),
    needsPassword: true,
  },
] as const satisfies readonly Method[];

/** Numbers that nsca.cfg knows and no server of today can use. */
export const UNUSABLE: ReadonlyMap<number, string> = new Map([
  [7, '3way'],
  [12, 'arcfour'],
  [13, 'rc6'],
  [17, 'mars'],
  [18, 'panama'],
  [19, 'wake'],
  [21, 'idea'],
  [22, 'enigma'],
  [24, 'safer64'],
  [25, 'safer128'],
]);
