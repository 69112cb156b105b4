import { METRICS } from '../../src/control/index.js';
import { writtenKey, type Key, type Keys } from './keys.js';

/** The pages whose tables are made of the schema, and of the metrics that there are. */
export const PAGES_WITH_TABLES: readonly string[] = [
  'docs/configuration.md',
  'docs/destinations.md',
  'docs/metrics.md',
];

const END = '<!-- end -->';

/** A page with its tables as they are to be: between `<!-- npm run docs: WHICH -->` and `<!-- end -->`. */
export function withTables(page: string, keys: Keys): string {
  return page.replace(
    /(<!-- npm run docs: (\S+) -->\n\n).*?(\n\n<!-- end -->)/gs,
    (_all, begin, which, end) => {
      return `${String(begin)}${tableOf(String(which), keys)}${String(end)}`;
    },
  );
}

/** What is between the marks, without them: for who reads the page. */
export function withoutMarks(page: string): string {
  return page.replace(/<!-- npm run docs: \S+ -->\n\n/g, '').replaceAll(`${END}\n\n`, '');
}

function tableOf(which: string, keys: Keys): string {
  if (which === 'metrics') return metricTable();
  if (which === 'process') return table(['key', 'matches'], keys.process.map(withExample));
  if (which === 'action')
    return table(
      ['key', 'does', 'default'],
      keys.action.map((key) => [...withExample(key), defaultOf(key)]),
    );
  if (which === 'file' || which === 'service') return keyTable(keys[which]);
  const kind = keys.destinations.find(({ type }) => type === which);
  if (!kind) throw new Error(`there is no table of ${which}`);
  return keyTable(kind.keys);
}

function keyTable(keys: readonly Key[]): string {
  return table(
    ['key', 'meaning', 'default'],
    keys.map((key) => [`\`${key.name}\``, key.about, key.without]),
  );
}

function metricTable(): string {
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    METRICS.map(({ name, type, labels, help }) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
    ]),
  );
}

function withExample(key: Key): string[] {
  return [`\`${writtenKey(key)}\``, key.about];
}

/** Of what an action does one has to be there, so nothing is said of the others. */
function defaultOf({ without }: Key): string {
  return without === 'none' ? '' : without;
}

/** As Prettier has it. */
export function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const rows = [head, ...body.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))];
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    (row) => `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}
