import type { BlockCipher } from './block-cipher.js';
import { cfb8 } from './cfb8.js';
import type { PacketKey } from './cipher.js';
import { blowfish } from './ciphers/blowfish.js';
import { cast128 } from './ciphers/cast-128.js';
import { cast256 } from './ciphers/cast-256.js';
import { gost } from './ciphers/gost.js';
import { loki97 } from './ciphers/loki97.js';
import { rc2 } from './ciphers/rc2.js';
import { rijndael } from './ciphers/rijndael.js';
import { saferPlus } from './ciphers/safer-plus.js';
import { serpent } from './ciphers/serpent.js';
import { twofish } from './ciphers/twofish.js';
import { xtea } from './ciphers/xtea.js';
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

/** A cipher of our own in CFB-8, with its largest key, in bytes. */
const own =
  (cipher: (key: Uint8Array) => BlockCipher, keySize: number) =>
  (secret: Buffer): PacketKey =>
    cfb8(cipher(fitted(secret, keySize)));

export const METHODS = [
  { number: 0, name: 'none', needsPassword: false, key: () => noEncryption },
  { number: 1, name: 'xor', needsPassword: false, key: xorKey },
  { number: 2, name: 'des', needsPassword: true, key: des },
  {
    number: 3,
    name: '3des',
    aliases: ['tripledes'],
    needsPassword: true,
    key: (secret) => nodeCfb8('des-ede3-cfb8', 8, fitted(secret, 24)),
  },
  { number: 4, name: 'cast-128', needsPassword: true, key: own(cast128, 16) },
  { number: 5, name: 'cast-256', needsPassword: true, key: own(cast256, 32) },
  { number: 6, name: 'xtea', needsPassword: true, key: own(xtea, 16) },
  { number: 8, name: 'blowfish', needsPassword: true, key: own(blowfish, 56) },
  { number: 9, name: 'twofish', needsPassword: true, key: own(twofish, 32) },
  { number: 10, name: 'loki97', needsPassword: true, key: own(loki97, 32) },
  { number: 11, name: 'rc2', needsPassword: true, key: own(rc2, 128) },
  {
    number: 14,
    name: 'rijndael-128',
    aliases: ['aes', 'aes-256'],
    needsPassword: true,
    key: (secret) => nodeCfb8('aes-256-cfb8', 16, fitted(secret, 32)),
  },
  {
    number: 15,
    name: 'rijndael-192',
    needsPassword: true,
    key: own((key) => rijndael(24, key), 32),
  },
  {
    number: 16,
    name: 'rijndael-256',
    needsPassword: true,
    key: own((key) => rijndael(32, key), 32),
  },
  { number: 20, name: 'serpent', needsPassword: true, key: own(serpent, 32) },
  { number: 23, name: 'gost', needsPassword: true, key: own(gost, 32) },
  { number: 26, name: 'saferplus', aliases: ['safer+'], needsPassword: true, key: own(saferPlus, 32) },
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
