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
export function encodeResults(results: readonly ServiceResult[]): string {
  const lines = results.map((result) => JSON.stringify(resultToJson(result)));
  return `{"version":${VERSION},"results":[\n${lines.join(',\n')}\n]}\n`;
}

/** Undefined for what no `encodeResults` ever wrote. */
export function decodeResults(text: string): ServiceResult[] | undefined {
  const file = parse(text);
  if (file === null || typeof file !== 'object' || !('version' in file && 'results' in file))
    return undefined;
  const read = READERS.get(file.version);
  if (!read || !Array.isArray(file.results)) return undefined;
  const results = file.results.map(read);
  return results.every((result) => result !== undefined) ? results : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
