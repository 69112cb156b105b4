/** A family of numbers of one name, as Prometheus has it. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  /** A phrase without a full stop. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A family in Prometheus' text format, version 0.0.4; nothing if it has no number. Without times: node_exporter's
 * textfile collector refuses a file with any.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function exposition({ name, type, help, samples }: Family): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${numberText(value)}\n`);
  return `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelsText(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapedLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Go's ParseFloat() reads it. */
function numberText(value: number): string {
  return value === Infinity ? '+Inf' : String(value);
}

function escapedHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapedLabel(text: string): string {
  // Of thousands of labels, hardly one has any of these.
  return /[\\\n"]/.test(text) ? escapedHelp(text).replaceAll('"', '\\"') : text;
}
