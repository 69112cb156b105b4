import { formatQuantity, RESOURCES, type Unit } from '../resources/index.js';
import { STATE_COLOURS, type State } from '../services/index.js';
import { printable } from '../text/index.js';
import type { Crossing, ServiceHistory } from './crossing.js';
import { sparkline } from './sparkline.js';

export interface HistoryLayout {
  /** The width of a line, in characters. */
  readonly columns: number;
  /** The most crossings of a service, the newest. */
  readonly crossings: number;
  /** Only signs that every terminal has. */
  readonly ascii: boolean;
  readonly colours: boolean;
}

/** The history as lines for a person: of each service its state, a sparkline of its values, and its crossings. */
export function historyText(services: readonly ServiceHistory[], layout: HistoryLayout): string[] {
  return services.flatMap((service, index) => [
    ...(index === 0 ? [] : ['']),
    ...serviceLines(service, layout),
  ]);
}

function serviceLines({ description, resource, crossings }: ServiceHistory, layout: HistoryLayout): string[] {
  const last = crossings.at(-1);
  if (!last) return [printable(`${description}: no crossing is kept`)];
  const { unit } = RESOURCES[resource];
  const head = `${stateText(last.state, layout)}  ${printable(description)}, since ${timeText(last.time)}`;
  const shown = crossings.slice(-layout.crossings);
  const rest = crossings.length - shown.length;
  return [
    head,
    ...valuesLine(crossings, unit, layout),
    ...(rest > 0 ? [`${INDENT}${rest} older: see -v`] : []),
    ...crossingLines(shown, unit, layout),
  ];
}

const LONGEST_STATE = 'CRITICAL'.length;
const INDENT = ' '.repeat(LONGEST_STATE + 2);

/** Of the values that there are, as many as fit. */
function valuesLine(crossings: readonly Crossing[], unit: Unit, { columns, ascii }: HistoryLayout): string[] {
  const values = crossings.map(({ value }) => value);
  const there = values.filter((value) => value !== undefined);
  if (there.length < 2) return [];
  const range = [Math.min(...there), Math.max(...there)].map((value) => quantityText(value, unit, ascii));
  const words = `  ${range.join(' to ')}`;
  const room = Math.max(1, columns - INDENT.length - words.length);
  return [`${INDENT}${sparkline(values.slice(-room), { ascii })}${words}`];
}

/** `time  state  value of limit  share  name[pid]`, in columns. */
function crossingLines(crossings: readonly Crossing[], unit: Unit, layout: HistoryLayout): string[] {
  const rows = crossings.map((crossing) => ({ crossing, usage: usageText(crossing, unit, layout.ascii) }));
  const width = Math.max(...rows.map(({ usage }) => usage.length));
  return rows.map(({ crossing, usage }) => {
    const { time, state, value, limit, pid, name } = crossing;
    const share = value === undefined || !limit ? '' : `${Math.floor((value / limit) * 100)}%`;
    const process = pid === undefined ? '' : printable(`${name ?? ''}[${pid}]`);
    return `${INDENT}${timeText(time)}  ${stateText(state, layout)}  ${usage.padStart(width)}  ${share.padStart(4)}  ${process}`.trimEnd();
  });
}

function usageText({ value, limit }: Crossing, unit: Unit, ascii: boolean): string {
  if (value === undefined) return 'no process';
  return `${quantityText(value, unit, ascii)} of ${quantityText(limit ?? Infinity, unit, ascii)}`;
}

function quantityText(value: number, unit: Unit, ascii: boolean): string {
  const text = formatQuantity(value, unit);
  return ascii ? text.replace('µ', 'u') : text;
}

function stateText(state: State, { colours }: HistoryLayout): string {
  const text = state.padEnd(LONGEST_STATE);
  return colours ? `\u001b[${STATE_COLOURS[state]}m${text}\u001b[0m` : text;
}

/** The time of day here, as ISO 8601 has it but for the T. */
function timeText(time: number): string {
  const at = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}
