import { clip, lengthOf, pluginText } from '../text/index.js';
import { parsePerfdata, perfdataText } from './perfdata.js';
import type { ServiceResult } from './result.js';
import { LONGEST_TEXT } from './result-text.js';

/** What of a result a plugin would print. */
export type Said = Pick<ServiceResult, 'text' | 'perfdata' | 'longOutput' | 'delay'>;

/**
 * The result as a plugin prints it: a first line of at most 80 characters before the `|`, with all perfdata; then
 * the long output.
 */
export function pluginOutput(result: Said): string {
  return outputLines(result).join('\n');
}

export function outputLines(result: Said): readonly [string, ...string[]] {
  return [firstLine(result), ...result.longOutput];
}

export function firstLine(result: Said): string {
  const figures = perfdataTexts(result);
  return figures.length === 0 ? firstText(result) : `${firstText(result)} |${figures.join(' ')}`;
}

/** The first line without perfdata, for a server that takes both apart. */
export function firstText({ text, delay = 0 }: Said): string {
  return isLate(delay) ? withDelay(text, delay) : text;
}

/**
 * A line about one of several services, below a first line. It has no perfdata: Nagios takes all that follows a bar there
 * for more of the first line's, among which the labels of services would be the same.
 */
export function namedText(result: Said & Pick<ServiceResult, 'service'>): string {
  return `${pluginText(result.service)}: ${firstText(result)}`;
}

/** A text for each figure, as a plugin prints it. */
export function perfdataTexts({ perfdata }: Said): string[] {
  return perfdata.map(perfdataText);
}

/** Whether a delay is worth a word. */
export function isLate(delay: number): boolean {
  return delay >= LATE;
}

/**
 * Reads what `outputLines()` gives. A delay stays a part of the text, and so does what stands behind a bar and is no
 * perfdata of ours.
 */
export function parseOutputLines([first = '', ...longOutput]: readonly string[]): Said {
  const bar = first.lastIndexOf(BAR);
  const figures = bar < 0 ? [] : first.slice(bar + BAR.length).split(' ');
  const perfdata = figures.map(parsePerfdata).filter((figure) => figure !== undefined);
  if (bar < 0 || perfdata.length < figures.length) return { text: first, perfdata: [], longOutput };
  return { text: first.slice(0, bar), perfdata, longOutput };
}

const BAR = ' |';

/** A delay of fewer milliseconds is not mentioned. */
const LATE = 10_000;

/**
 * The text with a note such as `(delayed 4m)` at its end when the result is late. Where there is no room for both,
 * the end of the text gives way.
 */
function withDelay(text: string, delay: number): string {
  const note = ` (delayed ${roughly(delay / 1000)})`;
  return clip(text, LONGEST_TEXT - lengthOf(note)) + note;
}

function roughly(seconds: number): string {
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ];
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
}
