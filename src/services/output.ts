import type { Resource } from '../resources/index.js';
import type { Member } from './member.js';
import type { Members, Moment } from './members.js';
import { perfdataOf } from './perfdata.js';
import type { ServiceResult } from './result.js';
import { absentLine, figuresLine, processLine } from './result-text.js';
import type { State } from './state.js';
import type { Thresholds } from './thresholds.js';

/** How many processes the long output names. */
const MOST_FURTHER = 10;

/** What there is to say of a service in this state. */
interface Told {
  readonly state: State;
  readonly resource: Resource;
  readonly thresholds: Thresholds;
  readonly moment: Moment;
  readonly peak: Member | undefined;
  readonly members: Members;
}

/**
 * What a result says: a line about the moment, its figures, and a line of long output for each further process,
 * worst first.
 */
export function outputOf(told: Told): Pick<ServiceResult, 'text' | 'perfdata' | 'longOutput'> {
  const { resource, thresholds, moment, peak, members } = told;
  const { worst } = moment;
  return {
    text: firstLine(told),
    perfdata: worst ? perfdataOf(resource, thresholds, worst.reading, peak?.reading) : [],
    longOutput: further(resource, members, worst?.process.pid),
  };
}

function firstLine({
  state,
  resource,
  moment: { state: own, worst, ended, doubt, beyond },
  peak,
}: Told): string {
  const held = own !== state;
  if (!worst) return absentLine({ state, resource, ended, doubt, held });
  const { process, reading } = worst;
  return figuresLine({ state, resource, process, reading, peak, beyond, held });
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
