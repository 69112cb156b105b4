const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII = '_.:-=+*#';

/** A sign for each value, as high as the value is in relation to the highest; a space where there is none. */
export function sparkline(
  values: readonly (number | undefined)[],
  { ascii }: { readonly ascii: boolean },
): string {
  const signs = ascii ? ASCII : BLOCKS;
  const highest = Math.max(0, ...values.filter((value) => value !== undefined));
  return values
    .map((value) => {
      if (value === undefined) return ' ';
      const height = highest === 0 ? 0 : Math.floor((value / highest) * signs.length);
      return signs[Math.min(height, signs.length - 1)] ?? '';
    })
    .join('');
}
