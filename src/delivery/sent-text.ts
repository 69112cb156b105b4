import { parseResultLine, resultLine, type ReadResult, type ServiceResult } from '../services/index.js';

/** What the log tells of a result that was delivered, behind the destination's name. */
export function sentText(result: ServiceResult): string {
  return `sent ${resultLine(result)}`;
}

/** The result that a line of the log says was delivered; undefined for another line. */
export function parseSentText(line: string): ReadResult | undefined {
  const [, result] = /: sent (.*)$/.exec(line) ?? [];
  return result === undefined ? undefined : parseResultLine(result);
}
