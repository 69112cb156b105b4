import { resultLine } from '../services/index.js';
import type { Destination } from './destination.js';

/** Prints what would be sent, and opens no connection. */
export function dryRunTo(print: (line: string) => void): Destination {
  return {
    name: 'standard output',
    deliver(results) {
      for (const result of results) print(resultLine(result));
      return Promise.resolve(results.map(() => ({ status: 'delivered' })));
    },
  };
}
