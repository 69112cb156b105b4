import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What execvp(3) takes if there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/**
 * The file that would be run, as spawn() finds it.
 *
 * @throws ENOENT, EACCES or another error of the file system
 */
export async function findProgram(program: string, environment: NodeJS.ProcessEnv): Promise<string> {
  if (program.includes('/')) return executable(program);
  let refused: unknown;
  for (const folder of (environment['PATH'] ?? DEFAULT_PATH).split(':')) {
    try {
      return await executable(join(folder || '.', program));
    } catch (error) {
      // As execvp(3) has it: one that may not be executed counts only if there is no other.
      if (refused === undefined || (error as NodeJS.ErrnoException).code === 'EACCES') refused = error;
    }
  }
  throw refused;
}

async function executable(path: string): Promise<string> {
  await access(path, constants.X_OK);
  // Who searches a folder may `execute` it as well.
  if ((await stat(path)).isFile()) return path;
  throw Object.assign(new Error(`${path} is not a file`), { code: 'EACCES' });
}
