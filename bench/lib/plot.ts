import { grouped } from './grouped.js';
import type { Row } from './question.js';
import { figures } from './table.js';
import type { Spread } from './statistics.js';

const WIDTH = 860;
const NAMES = 230;
const BARS = 330;
const LINE = 20;
const HEADING = 30;

/**
 * The rows as bars, with a whisker from the lower to the upper quartile: of the ratio to the baseline where
 * there is one, else of the value. A group whose bars are of different orders of magnitude has a logarithmic scale.
 */
export function plot(title: string, rows: readonly Row[]): string {
  const groups = grouped(rows);
  const height = 50 + groups.reduce((sum, [, members]) => sum + HEADING + members.length * LINE, 0) + 12;
  const parts: string[] = [];
  let y = 50;
  for (const [group, members] of groups) {
    const scale = scaleOf(members);
    parts.push(text(12, y + 16, group + (scale.isLogarithmic ? ' (logarithmic)' : ''), 'group'));
    y += HEADING;
    for (const row of members) {
      parts.push(bar(row, y, scale));
      y += LINE;
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">`,
    '<style>text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:16px;font-weight:600}.group{font-weight:600}.figure{fill:#57606a}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(12, 28, title, 'title'),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

interface Scale {
  readonly isLogarithmic: boolean;
  /** From 0 to 1. */
  readonly place: (value: number) => number;
}

/** What a row's bar is about: the ratio's part that is more than the baseline. */
function shown({ ratio, spread }: Row): Spread {
  if (!ratio) return spread;
  const more = (value: number) => Math.max(0, value - 1);
  return {
    ...ratio,
    q1: more(ratio.q1),
    median: more(ratio.median),
    q3: more(ratio.q3),
    min: more(ratio.min),
    max: more(ratio.max),
  };
}

function scaleOf(rows: readonly Row[]): Scale {
  const spreads = rows.map(shown);
  const most = Math.max(...spreads.map(({ q3 }) => q3), Number.MIN_VALUE);
  const positive = spreads.map(({ median }) => median).filter((value) => value > 0);
  const least = positive.length > 0 ? Math.min(...positive) : most;
  if (most / least < 1000) return { isLogarithmic: false, place: (value) => value / most };
  const floor = Math.log10(least) - 0.5;
  return {
    isLogarithmic: true,
    place: (value) =>
      value <= 0 ? 0 : Math.max(0, (Math.log10(value) - floor) / (Math.log10(most) - floor)),
  };
}

function bar(row: Row, y: number, { place }: Scale): string {
  const { q1, median, q3 } = shown(row);
  const x = (value: number) => NAMES + place(value) * BARS;
  const colour = row.target ? (row.target.met ? '#2da44e' : '#cf222e') : '#8c959f';
  const { value, ratio } = figures(row);
  const target = row.target ? `; ${row.target.text}` : '';
  return [
    text(12, y + 13, row.name, 'name'),
    `<rect x="${NAMES}" y="${y + 3}" width="${Math.max(1, x(median) - NAMES).toFixed(1)}" height="${LINE - 8}" fill="${colour}"/>`,
    `<line x1="${x(q1).toFixed(1)}" x2="${x(q3).toFixed(1)}" y1="${y + 9}" y2="${y + 9}" stroke="#24292f"/>`,
    text(NAMES + BARS + 8, y + 13, (ratio === '' ? value : ratio) + target, 'figure'),
  ].join('');
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text x="${x}" y="${y}" class="${kind}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
