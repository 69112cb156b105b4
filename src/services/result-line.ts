import { outputLines, parseOutputLines, type Said } from './plugin-output.js';
import type { ServiceResult } from './result.js';
import { returnCode, stateOfCode, type State } from './state.js';

/**
 * A result as `send_nsca -ds 0x0a` reads it from standard input: host, service, return code and output, separated
 * by tabs, with `\n` for a newline in the output.
 */
export function resultLine(result: ServiceResult): string {
  const { host, service, state } = result;
  return lineOf({ host, service, returnCode: returnCode(state), lines: outputLines(result) });
}

/** The same of a result that was received: its output's lines may hold anything. */
export function lineOf(received: {
  readonly host: string;
  readonly service: string;
  readonly returnCode: number;
  readonly lines: readonly string[];
}): string {
  const { host, service, returnCode, lines } = received;
  return [host, service, returnCode, lines.join(NEWLINE)].join('\t');
}

/** What a line of `resultLine()` says. */
export interface ReadResult extends Said {
  readonly host: string;
  readonly service: string;
  readonly state: State;
}

/** Reads a line of `resultLine()`; undefined for another. */
export function parseResultLine(line: string): ReadResult | undefined {
  const [host, service, code, ...rest] = line.split('\t');
  const state = stateOfCode(Number(code));
  if (host === undefined || service === undefined || state === undefined || rest.length !== 1)
    return undefined;
  return { host, service, state, ...parseOutputLines(rest.join().split(NEWLINE)) };
}

const NEWLINE = String.raw`\n`;
