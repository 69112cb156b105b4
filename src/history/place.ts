import { join } from 'node:path';

/** Where a history is in a state directory. */
export function historyFile(stateDirectory: string): string {
  return join(stateDirectory, 'history.json');
}
