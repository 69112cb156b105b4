import { isSavedAt, savedNow, setSince, type SavedAt } from './saved-at.js';
import { returnCode, type ServiceResult, type State } from '../services/index.js';

/** To be raised when older agents could not read a file. */
const VERSION = 1;

/** Milliseconds that are no setting of a clock, and that nobody is told of. */
const LEAST_SHIFT = 1000;

const STATES: readonly unknown[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] satisfies State[];
const CAUSES: readonly unknown[] = [
  'change',
  'report',
  'heartbeat',
  'detail',
] satisfies ServiceResult['cause'][];

/** JSON with a line for each result, so that an administrator can read it. */
export function encodeResults(results: readonly ServiceResult[], saved = savedNow()): string {
  const lines = results.map(({ host, service, output, state, time, cause, worsened }) =>
    JSON.stringify({ host, service, output, state, time, cause, worsened }),
  );
  return `{"version":${VERSION},"saved":${JSON.stringify(saved)},"results":[\n${lines.join(',\n')}\n]}\n`;
}

type Saved = Omit<ServiceResult, 'returnCode' | 'worst'>;

/** Undefined for what `encodeResults` never wrote. */
export function decodeResults(text: string, now = savedNow()): ServiceResult[] | undefined {
  const file = parse(text);
  if (!isRecord(file) || file['version'] !== VERSION || !Array.isArray(file['results'])) return undefined;
  const results = file['results'].filter(isResult);
  if (results.length < file['results'].length) return undefined;
  return results.map((result) => resultOf({ ...result, time: timeOf(result, file['saved'], now) }));
}

/** As the time of day is now: it may have been set since. Where nobody knows, the result is of now. */
function timeOf({ time }: Saved, saved: unknown, now: SavedAt): number {
  if (!isSavedAt(saved)) return time;
  const shift = setSince(saved, now);
  if (shift === undefined) return now.time;
  return Math.abs(shift) < LEAST_SHIFT ? time : time + shift;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isResult(value: unknown): value is Saved {
  return (
    isRecord(value) &&
    [value['host'], value['service'], value['output']].every((text) => typeof text === 'string') &&
    STATES.includes(value['state']) &&
    CAUSES.includes(value['cause']) &&
    Number.isFinite(value['time']) &&
    typeof value['worsened'] === 'boolean'
  );
}

const resultOf = ({ host, service, output, state, time, cause, worsened }: Saved): ServiceResult => ({
  host,
  service,
  returnCode: returnCode(state),
  output,
  state,
  time,
  cause,
  worsened,
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
