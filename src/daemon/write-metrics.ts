import { open, rm, writeFile } from 'node:fs/promises';
import { replaceFile } from '../files/index.js';

/** Others read it, whatever the umask is. */
const FOR_ALL = 0o644;

/**
 * Replaces the file of metrics. Not synced: after a power cut there is a new text soon. Of a text in parts, each is made
 * when the one before is written, and others have their turn. The file beside it, which nobody else may have made, is no
 * `.prom`, so that no collector takes it.
 */
export function writeMetrics(path: string, text: Iterable<string>): Promise<void> {
  return replaceFile(
    path,
    async (temporary) => {
      // What an agent that was killed has left; a link or a pipe that somebody put there is not followed.
      await rm(temporary, { force: true });
      return open(temporary, 'wx', FOR_ALL);
    },
    async (file) => {
      await file.chmod(FOR_ALL);
      await writeFile(file, text);
    },
  );
}
