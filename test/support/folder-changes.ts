import { once } from 'node:events';
import { readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { historyFile } from '../../src/history/index.js';
import { seconds } from './where.js';

/** What was, and is for no destination. */
const HISTORY = historyFile('');

/** Waits until something is so that can change with a file in a folder. */
export async function untilSo(folder: string, isSo: () => boolean, within = seconds(60)): Promise<void> {
  const watcher = watch(folder);
  const signal = AbortSignal.timeout(within);
  try {
    for (;;) {
      const changed = once(watcher, 'change', { signal });
      if (isSo()) {
        changed.catch(() => undefined);
        return;
      }
      await changed;
    }
  } finally {
    watcher.close();
  }
}

/**
 * Waits until what is in the files of a state directory for its destinations is so. One that is still being written has
 * no name of its own yet.
 */
export function untilOutboxes(folder: string, isSo: (text: string) => boolean): Promise<void> {
  return untilSo(folder, () => isSo(textsIn(folder)));
}

function textsIn(folder: string): string {
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.tmp') && name !== HISTORY)
    .map((name) => {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch {
        // It was renamed since.
        return '';
      }
    })
    .join('\n');
}
