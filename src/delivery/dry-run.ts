import type { Destination } from './destination.js';
import { sendNscaLine } from './send-nsca-line.js';

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
