/** The product of two polynomials over GF(2), reduced by a third: multiplication in GF(2^n). For making tables. */
export function galoisMultiply(a: number, b: number, modulus: number): number {
  const top = 1 << (31 - Math.clz32(modulus));
  let product = 0;
  for (let factor = a, rest = b; rest > 0; rest >>= 1) {
    if (rest & 1) product ^= factor;
    factor <<= 1;
    if (factor & top) factor ^= modulus;
  }
  return product;
}
