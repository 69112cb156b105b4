import { grouped } from './grouped.js';
import { percentMore, type Row, type Unit, type Verdict } from './question.js';
import type { Spread } from './statistics.js';

/** The rows as text, group by group, in columns. */
export function table(rows: readonly Row[]): string {
  return grouped(rows)
    .map(([group, members]) => `${group}\n${columns(members.map(cells))}`)
    .join('\n\n');
}

/** "1,234 (1,200 … 1,300)" and, of a row with a baseline, "+1.23 % (+1.20 … +1.30)". */
export function figures({ spread, ratio, unit }: Row): { readonly value: string; readonly ratio: string } {
  return {
    value: `${number(spread.median, unit)} ${unit}${around(spread, (value) => number(value, unit))}`,
    ratio: ratio ? `${times(ratio.median)}${around(ratio, times)}` : '',
  };
}

function cells(row: Row): string[] {
  const { value, ratio } = figures(row);
  return [`  ${row.name}`, value, ratio, `n=${row.spread.n}`, row.target ? verdict(row.target) : ''];
}

function verdict({ text, met, metByFloor }: Verdict): string {
  if (met) return `${text}: met`;
  return `${text}: NOT MET${metByFloor === false ? ', nor by the floor' : ''}`;
}

/** The quartiles, where they are not the median itself. */
function around({ q1, median, q3 }: Spread, text: (value: number) => string): string {
  return text(q1) === text(median) && text(q3) === text(median) ? '' : ` (${text(q1)} … ${text(q3)})`;
}

/** Up to a half more it is percent that matter, beyond it is times. */
function times(ratio: number): string {
  return ratio > 0.5 && ratio < 2 ? percentMore(ratio) : `${number(ratio, 'times')}x`;
}

export function number(value: number, unit: Unit): string {
  if (unit === 'instructions' || unit === 'ticks') return Math.round(value).toLocaleString('en');
  const digits = value === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function columns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
