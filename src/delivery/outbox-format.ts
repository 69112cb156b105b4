import { isSavedAt, savedNow, setSince, type SavedAt } from '../files/index.js';
import { resultFromJson, resultToJson, type ServiceResult } from '../services/index.js';
import { resultFromVersion1 } from './outbox-version-1.js';

/** To be raised when older agents could not read a file. */
const VERSION = 2;

/** How a result is read from the file of each version. */
const READERS = new Map<unknown, (json: unknown) => ServiceResult | undefined>([
  [1, resultFromVersion1],
  [VERSION, resultFromJson],
]);

/** JSON with a line for each result, so that an administrator can read it. */
export function encodeResults(results: readonly ServiceResult[], saved = savedNow()): string {
  const lines = results.map((result) => JSON.stringify(resultToJson(result)));
  return `{"version":${VERSION},"saved":${JSON.stringify(saved)},"results":[\n${lines.join(',\n')}\n]}\n`;
}

/** Undefined for what no `encodeResults` ever wrote. */
export function decodeResults(text: string, now = savedNow()): ServiceResult[] | undefined {
  const file = parse(text);
  if (file === null || typeof file !== 'object' || !('version' in file && 'results' in file))
    return undefined;
  const read = READERS.get(file.version);
  if (!read || !Array.isArray(file.results)) return undefined;
  const saved = 'saved' in file ? file.saved : undefined;
  const results = file.results.map(read).filter((result) => result !== undefined);
  if (results.length < file.results.length) return undefined;
  return results.map((result) => ({ ...result, time: timeOf(result, saved, now) }));
}

/** As the time of day is now: it may have been set since. Where nobody knows, the result is of now. */
function timeOf({ time }: ServiceResult, saved: unknown, now: SavedAt): number {
  if (!isSavedAt(saved)) return time;
  const shift = setSince(saved, now);
  return shift === undefined ? now.time : time + shift;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
