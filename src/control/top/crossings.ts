import { STATE_COLOURS } from '../../services/index.js';
import { printable } from '../../text/index.js';
import type { LiveCrossing } from '../live-status.js';
import type { Part } from './line.js';
import { usageText } from './usage.js';

/** `16:21:20  CRITICAL  broker fds  81 of 100  broker[31062]`, by the clock of who looks. */
export function crossingParts({
  time,
  state,
  service,
  resource,
  value,
  limit,
  name,
  pid,
}: LiveCrossing): Part[] {
  const usage = value === undefined ? 'no process' : usageText(value, limit ?? null, resource);
  const process = pid === undefined ? '' : `  ${name ?? ''}[${pid}]`;
  return [
    `${timeOfDay(time)}  `,
    { text: state.padEnd('CRITICAL'.length), colour: STATE_COLOURS[state] },
    `  ${service}  ${usage}${process}`,
  ];
}

/** The same without a colour. */
export function crossingText(crossing: LiveCrossing): string {
  return printable(
    crossingParts(crossing)
      .map((part) => (typeof part === 'string' ? part : part.text))
      .join(''),
  );
}

export function timeOfDay(time: number): string {
  const at = new Date(time);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
