const V4_MAPPED = '\0\0\0\0\0\0\0\0\0\0\xff\xff';

/**
 * An address as it is written before a colon and a port: `192.0.2.7`, `[2001:db8::7]`.
 *
 * @param bytes 16, one character for each; of IPv4 the first four count
 */
export function shortAddress(bytes: string, isV6: boolean): string {
  if (!isV6) return dotted(bytes);
  if (bytes.startsWith(V4_MAPPED)) return dotted(bytes.slice(V4_MAPPED.length));
  const words = Array.from({ length: 8 }, (_, i) =>
    ((bytes.charCodeAt(2 * i) << 8) | bytes.charCodeAt(2 * i + 1)).toString(16),
  );
  return `[${withoutZeros(words)}]`;
}

function dotted(bytes: string): string {
  return Array.from(bytes.slice(0, 4), (byte) => byte.charCodeAt(0)).join('.');
}

/** The longest run of at least two zeros, the first of several, becomes `::` (RFC 5952). */
function withoutZeros(words: readonly string[]): string {
  const runs = words.map((_, start) => {
    const end = words.findIndex((word, i) => i >= start && word !== '0');
    return (end < 0 ? words.length : end) - start;
  });
  const longest = Math.max(...runs);
  if (longest < 2) return words.join(':');
  const start = runs.indexOf(longest);
  return `${words.slice(0, start).join(':')}::${words.slice(start + longest).join(':')}`;
}
