/**
 * The first binary digits of pi after the point, in words of 32 bits. Two tables of ciphers are made of them; computing
 * them takes milliseconds, and a table of a thousand words can be mistyped.
 */
export function fractionOfPi(count: number): Int32Array {
  const guard = 64;
  const bits = BigInt(32 * count + guard);
  // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239)
  const pi = (16n * arctanOfInverse(5n, bits) - 4n * arctanOfInverse(239n, bits)) >> BigInt(guard);
  const digits = (pi & ((1n << BigInt(32 * count)) - 1n)).toString(16).padStart(8 * count, '0');
  return Int32Array.from({ length: count }, (_, i) => Number.parseInt(digits.slice(8 * i, 8 * i + 8), 16));
}

/** arctan(1/x) as a fixed-point number: 1/x - 1/3x³ + 1/5x⁵ - … */
function arctanOfInverse(x: bigint, bits: bigint): bigint {
  let power = (1n << bits) / x;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = -power / (x * x);
  }
  return sum;
}
