import { STATE_COLOURS } from '../../services/index.js';
import { padColumns, printable, widthOf } from '../../text/index.js';
import type { LiveCrossing } from '../live-status.js';
import { asShown, type LineLayout, type Part } from './line.js';
import { usageText } from './usage.js';

/** `16:21:20  CRITICAL  broker fds  81 of 100  broker[31062]`, by the clock of who looks. */
function crossingParts(crossing: LiveCrossing, service: string, usage: string): Part[] {
  const { time, state, name, pid } = crossing;
  const process = pid === undefined ? '' : `  ${name ?? ''}[${pid}]`;
  return [
    `${timeOfDay(time)}  `,
    { text: state.padEnd('CRITICAL'.length), colour: STATE_COLOURS[state] },
    `  ${service}  ${usage}${process}`,
  ];
}

function usageOf({ value, limit, resource }: LiveCrossing): string {
  return value === undefined ? 'no process' : usageText(value, limit ?? null, resource);
}

/** Of a line, for what others have in the same column: who has a longer name is not in his column. */
const MOST_FOR_SERVICES = 1 / 3;

/** One below the other. */
export function crossingTable(crossings: readonly LiveCrossing[], layout: LineLayout): Part[][] {
  const services = crossings.map(({ service }) => asShown(service, layout));
  const usages = crossings.map((crossing) => asShown(usageOf(crossing), layout));
  const service = Math.min(
    Math.floor(layout.columns * MOST_FOR_SERVICES),
    Math.max(0, ...services.map(widthOf)),
  );
  const usage = Math.max(0, ...usages.map(widthOf));
  return crossings.map((crossing, index) =>
    crossingParts(
      crossing,
      padColumns(services[index] ?? '', service),
      (usages[index] ?? '').padStart(usage),
    ),
  );
}

/** One in a line by itself, without a colour. */
export function crossingText(crossing: LiveCrossing): string {
  return printable(
    crossingParts(crossing, crossing.service, usageOf(crossing))
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
