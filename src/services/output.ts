import type { Resource } from '../resources/index.js';
import type { Member } from './member.js';
import type { Members, Moment } from './members.js';
import { absentLine, figuresLine, processLine } from './result-text.js';
import type { State } from './state.js';
import type { Thresholds } from './thresholds.js';

/** How many processes the long output names. */
const MOST_FURTHER = 10;

/**
 * The plugin output of a service in this state: a first line about the moment, and a line of long output for
 * each further process, worst first.
 */
export function outputOf(service: {
  readonly state: State;
  readonly resource: Resource;
  readonly thresholds: Thresholds;
  readonly moment: Moment;
  readonly peak: Member | undefined;
  readonly members: Members;
}): string {
  const { resource, moment, members } = service;
  return [firstLine(service), ...further(resource, members, moment.worst?.process.pid)].join('\n');
}

function firstLine({
  state,
  resource,
  thresholds,
  moment: { state: own, worst, ended, doubt, beyond },
  peak,
}: Parameters<typeof outputOf>[0]): string {
  const held = own !== state;
  if (!worst) return absentLine({ state, resource, ended, doubt, held });
  const { process, reading } = worst;
  return figuresLine({ state, resource, thresholds, process, reading, peak, beyond, held });
}

function further(resource: Resource, members: Members, named: number | undefined): string[] {
  const all = members.size - (named !== undefined && members.get(named) ? 1 : 0);
  const lines = members
    .worstFirst(MOST_FURTHER + 1)
    .filter(({ process }) => process.pid !== named)
    .slice(0, MOST_FURTHER)
    .map(({ state, process, reading }) => processLine(resource, state, process, reading));
  return all > lines.length ? [...lines, `and ${all - lines.length} more`] : lines;
}
