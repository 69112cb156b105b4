/** The numbers of a text in Prometheus' format by their names and labels, whatever the order, and however written. */
export function samplesIn(text: string, prefix = 'check_rlimit_passive_'): Record<string, number> {
  const samples = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value = '']) => [`${name}{${sorted(labels)}}`, numberOf(value)] as const,
  );
  return Object.fromEntries(samples.filter(([name]) => name.startsWith(prefix)));
}

function sorted(labels: string): string {
  return [...labels.matchAll(/\w+="(?:[^"\\]|\\.)*"/g)]
    .map(([pair]) => pair)
    .toSorted()
    .join(',');
}

function numberOf(text: string): number {
  return text === '+Inf' ? Infinity : Number(text);
}
