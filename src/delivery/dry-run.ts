import type { ServiceResult } from '../services/index.js';
import type { Destination } from './destination.js';

/**
 * A result as `send_nsca -ds 0x0a` reads it from standard input: host, service, return code and
 * output, separated by tabs, with `\n` for a newline in the output.
 */
export function sendNscaLine({ host, service, returnCode, output }: ServiceResult): string {
  return [host, service, returnCode, output.replaceAll('\n', String.raw`\n`)].join('\t');
}

/** Prints what would be sent, and opens no connection. */
export function dryRun(print: (line: string) => void): Destination {
  return {
    name: 'standard output',
    deliver(results) {
      for (const result of results) print(sendNscaLine(result));
      return Promise.resolve({ status: 'delivered' });
    },
  };
}
