import type { Arrival } from './story.js';

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

/** Reads a result in the form of `send_nsca -ds 0x0a`, which `receive` and `--verbose` print, as of now. */
export function parseResultLine(line: string): Arrival {
  const [host = '', service = '', code = '', ...output] = line.split('\t');
  const state = STATES[Number(code)] ?? code;
  return { host, service, state, output: output.join('\t'), time: process.hrtime.bigint() };
}

/** The value in the perfdata. */
export function valueIn({ output }: Arrival): number {
  return Number(/\|fds=(\d+)/.exec(output)?.[1]);
}
