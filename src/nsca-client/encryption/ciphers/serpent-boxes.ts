/* eslint-disable @typescript-eslint/no-non-null-assertion -- states have four words, and keys enough for each round */

/**
 * Serpent's S-boxes for 32 blocks of 4 bits at a time: bit i of four words makes the input of box number i. The
 * formulas are the boxes' algebraic normal forms, with common sums written once; a test holds them against the
 * tables of the specification.
 *
 * Each takes the state in `x`, xored with four words of the key from `k[i]` on, and puts its output there.
 */

export function box0(x: Int32Array, k: Int32Array, i: number): void {
  const a = x[0]! ^ k[i]!;
  const b = x[1]! ^ k[i + 1]!;
  const c = x[2]! ^ k[i + 2]!;
  const d = x[3]! ^ k[i + 3]!;
  const ab = a & b;
  const ac = a & c;
  const bc = b & c;
  const ad = a & d;
  const bd = b & d;
  const abc = bc & a;
  const acd = ad & c;
  const bcd = bd & c;
  const t1 = abc ^ ac;
  const t2 = bcd ^ t1;
  const t3 = a ^ acd;
  const t4 = ab ^ d;
  const t5 = bc ^ t2;
  const t6 = t3 ^ t5;
  x[0] = ~(c ^ t4 ^ t6);
  x[1] = ~(bd ^ t6);
  x[2] = b ^ bd ^ t2 ^ t4;
  x[3] = a ^ ad ^ b ^ c ^ d;
}

export function box1(x: Int32Array, k: Int32Array, i: number): void {
  const a = x[0]! ^ k[i]!;
  const b = x[1]! ^ k[i + 1]!;
  const c = x[2]! ^ k[i + 2]!;
  const d = x[3]! ^ k[i + 3]!;
  const ab = a & b;
  const ac = a & c;
  const bc = b & c;
  const ad = a & d;
  const bd = b & d;
  const cd = c & d;
  const abd = bd & a;
  const acd = cd & a;
  const bcd = cd & b;
  const t1 = acd ^ bcd;
  const t2 = a ^ t1;
  const t3 = ab ^ c;
  const t4 = abd ^ ac;
  const t5 = ad ^ b;
  const t6 = d ^ t3;
  x[0] = ~(bc ^ cd ^ t2 ^ t5);
  x[1] = ~(bd ^ t2 ^ t4 ^ t6);
  x[2] = ~(b ^ t6);
  x[3] = ~(d ^ t1 ^ t4 ^ t5);
}

export function box2(x: Int32Array, k: Int32Array, i: number): void {
  const a = x[0]! ^ k[i]!;
  const b = x[1]! ^ k[i + 1]!;
  const c = x[2]! ^ k[i + 2]!;
  const d = x[3]! ^ k[i + 3]!;
  const ac = a & c;
  const bc = b & c;
  const ad = a & d;
  const bd = b & d;
  const cd = c & d;
  const abc = bc & a;
  const abd = bd & a;
  const acd = cd & a;
  const t1 = a ^ b;
  const t2 = abc ^ c;
  const t3 = abd ^ acd;
  const t4 = bc ^ cd;
  const t5 = bd ^ t1;
  const t6 = t3 ^ t4;
  x[0] = ac ^ b ^ c ^ d;
  x[1] = ad ^ t1 ^ t2 ^ t6;
  x[2] = d ^ t5 ^ t6;
  x[3] = ~(t2 ^ t5);
}

export function box3(x: Int32Array, k: Int32Array, i: number): void {
  const a = x[0]! ^ k[i]!;
  const b = x[1]! ^ k[i + 1]!;
  const c = x[2]! ^ k[i + 2]!;
  const d = x[3]! ^ k[i + 3]!;
  const ab = a & b;
  const ac = a & c;
  const bc = b & c;
  const ad = a & d;
  const bd = b & d;
  const cd = c & d;
  const abc = bc & a;
  const abd = bd & a;
  const acd = cd & a;
  const bcd = cd & b;
  const t1 = a ^ acd;
  const t2 = b ^ cd;
  const t3 = t1 ^ t2;
  const t4 = ab ^ abc;
  const t5 = ac ^ t3;
  const t6 = c ^ d;
  const t7 = t4 ^ t6;
  x[0] = ad ^ bc ^ bcd ^ d ^ t3;
  x[1] = abd ^ ad ^ t5;
  x[2] = a ^ abd ^ bd ^ t7;
  x[3] = t5 ^ t7;
}

export function box4(x: Int32Array, k: Int32Array, i: number): void {
  const a = x[0]! ^ k[i]!;
  const b = x[1]! ^ k[i + 1]!;
  const c = x[2]! ^ k[i + 2]!;
  const d = x[3]! ^ k[i + 3]!;
  const ab = a & b;
  const ac = a & c;
  const bc = b & c;
  const ad = a & d;
  const bd = b & d;
  const cd = c & d;
  const abc = bc & a;
  const abd = bd & a;
  const acd = cd & a;
  const bcd = cd & b;
  const t1 = a ^ bc;
  const t2 = bd ^ c;
  const t3 = ab ^ t2;
  const t4 = abd ^ t1;
  const t5 = ad ^ b;
  const t6 = bcd ^ cd;
  x[0] = ~(d ^ t3 ^ t5);
  x[1] = ac ^ acd ^ bd ^ d ^ t1 ^ t6;
  x[2] = abc ^ t3 ^ t4 ^ t6;
  x[3] = t2 ^ t4 ^ t5;
}

export function box5(x: Int32Array, k: Int32Array, i: number): void {
  const a = x[0]! ^ k[i]!;
  const b = x[1]! ^ k[i + 1]!;
  const c = x[2]! ^ k[i + 2]!;
  const d = x[3]! ^ k[i + 3]!;
  const ab = a & b;
  const ac = a & c;
  const ad = a & d;
  const bd = b & d;
  const cd = c & d;
  const abc = ac & b;
  const abd = bd & a;
  const acd = cd & a;
  const bcd = cd & b;
  const t1 = b ^ d;
  const t2 = a ^ c;
  const t3 = ab ^ bd;
  const t4 = abd ^ cd;
  const t5 = acd ^ t1;
  x[0] = ~(ad ^ c ^ t1 ^ t3);
  x[1] = ~(d ^ t2 ^ t3 ^ t4);
  x[2] = ~(ac ^ bcd ^ t4 ^ t5);
  x[3] = ~(abc ^ ad ^ t2 ^ t5);
}

export function box6(x: Int32Array, k: Int32Array, i: number): void {
  const a = x[0]! ^ k[i]!;
  const b = x[1]! ^ k[i + 1]!;
  const c = x[2]! ^ k[i + 2]!;
  const d = x[3]! ^ k[i + 3]!;
  const ab = a & b;
  const ac = a & c;
  const bc = b & c;
  const ad = a & d;
  const bd = b & d;
  const cd = c & d;
  const abc = bc & a;
  const abd = bd & a;
  const bcd = cd & b;
  const t1 = abc ^ bcd;
  const t2 = b ^ c;
  const t3 = a ^ abd;
  const t4 = ab ^ cd;
  const t5 = ac ^ d;
  const t6 = bc ^ t1;
  const t7 = t2 ^ t5;
  const t8 = t3 ^ t6;
  x[0] = ~(t7 ^ t8);
  x[1] = ~(ad ^ t2);
  x[2] = ~(bd ^ c ^ t4 ^ t8);
  x[3] = t1 ^ t4 ^ t7;
}

export function box7(x: Int32Array, k: Int32Array, i: number): void {
  const a = x[0]! ^ k[i]!;
  const b = x[1]! ^ k[i + 1]!;
  const c = x[2]! ^ k[i + 2]!;
  const d = x[3]! ^ k[i + 3]!;
  const ab = a & b;
  const ac = a & c;
  const bc = b & c;
  const ad = a & d;
  const bd = b & d;
  const cd = c & d;
  const abc = bc & a;
  const abd = bd & a;
  const acd = cd & a;
  const bcd = cd & b;
  const t1 = ad ^ c;
  const t2 = b ^ t1;
  const t3 = a ^ abc;
  const t4 = ab ^ acd;
  const t5 = abd ^ d;
  const t6 = ac ^ t2;
  const t7 = bcd ^ bd;
  x[0] = ~(cd ^ t1 ^ t4 ^ t7);
  x[1] = bc ^ t4 ^ t5 ^ t6;
  x[2] = t2 ^ t3 ^ t5 ^ t7;
  x[3] = t3 ^ t6;
}
