import { rename, rm, type FileHandle } from 'node:fs/promises';

/**
 * Replaces a file as a whole: who reads it finds the old text or the new one. It is written beside it, as `PATH.tmp`.
 *
 * @param begin opens that
 * @throws whatever keeps it from being written; the file is the old one then
 */
export async function replaceFile(
  path: string,
  begin: (temporary: string) => Promise<FileHandle>,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await begin(temporary);
    try {
      await write(file);
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
