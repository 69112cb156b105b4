import type { Destination } from './destination.js';
import { sendNscaLine } from './send-nsca-line.js';

/**
 * Prints what would be sent, and opens no connection.
 *
 * @param printed when who reads has taken it
 */
export function dryRun(
  print: (line: string) => void,
  printed: () => Promise<void> = () => Promise.resolve(),
): Destination {
  return {
    name: 'standard output',
    async deliver(results) {
      for (const result of results) print(sendNscaLine(result));
      await printed();
      return { status: 'delivered' };
    },
  };
}
