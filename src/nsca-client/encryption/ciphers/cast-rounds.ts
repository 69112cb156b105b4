/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import { S1, S2, S3, S4 } from './cast-boxes.js';
import { rotateLeft } from './words.js';

/** The three round functions of CAST-128 and CAST-256 (RFC 2144, 2.2): data, masking key, rotation key. */
export function f1(data: number, mask: number, rotation: number): number {
  const i = rotateLeft(mask + data, rotation);
  return ((S1[i >>> 24]! ^ S2[(i >>> 16) & 0xff]!) - S3[(i >>> 8) & 0xff]! + S4[i & 0xff]!) | 0;
}

export function f2(data: number, mask: number, rotation: number): number {
  const i = rotateLeft(mask ^ data, rotation);
  return (S1[i >>> 24]! - S2[(i >>> 16) & 0xff]! + S3[(i >>> 8) & 0xff]!) ^ S4[i & 0xff]!;
}

export function f3(data: number, mask: number, rotation: number): number {
  const i = rotateLeft(mask - data, rotation);
  return (((S1[i >>> 24]! + S2[(i >>> 16) & 0xff]!) ^ S3[(i >>> 8) & 0xff]!) - S4[i & 0xff]!) | 0;
}
