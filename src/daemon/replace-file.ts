import { open, rename, rm, writeFile } from 'node:fs/promises';

/** Others read it, whatever the umask is. */
const FOR_ALL = 0o644;

/**
 * Replaces a file as a whole: who reads it finds the old text or the new one. Not synced: after a power cut there is a
 * new text soon. Of a text in parts, each is made when the one before is written, and others have their turn. The file
 * beside it, which nobody else may have made, is no `.prom`, so that no collector takes it.
 */
export async function replaceFile(path: string, text: Iterable<string>): Promise<void> {
  const temporary = `${path}.tmp`;
  // What an agent that was killed has left; a link or a pipe that somebody put there is not followed.
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', FOR_ALL);
    try {
      await file.chmod(FOR_ALL);
      await writeFile(file, text);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // Half a file would only take room on a full disk.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
