import { existsSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Selecting, SelectorLog } from './selector.js';

/**
 * Calls back when a file is written, appears or is replaced, by inotify(7) on its folder: a file that is
 * renamed into its place is another one. A folder that is not there is told, and not waited for.
 */
export function followFile(path: string, onChange: () => void, log: SelectorLog): Selecting {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    log('warning', `${folder} is not there, and ${path} is not followed: reload when it is`);
    return { stop: () => undefined };
  }
  const watcher = watch(folder, (_event, name) => {
    if (name === null || name === basename(path)) onChange();
  });
  watcher.on('error', ({ message }) => {
    log('warning', `${path} is not followed any more: ${message}`);
  });
  return {
    stop: () => {
      watcher.close();
    },
  };
}
