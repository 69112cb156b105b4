import { resultLine } from '../services/index.js';
import type { Destination } from './destination.js';

/**
 * Prints what would be sent, and opens no connection.
 *
 * @param printed when who reads has taken it
 */
export function dryRunTo(
  print: (line: string) => void,
  printed: () => Promise<void> = () => Promise.resolve(),
): Destination {
  return {
    name: 'standard output',
    async deliver(results) {
      for (const result of results) print(resultLine(result));
      await printed();
      return results.map(() => ({ status: 'delivered' }));
    },
  };
}
