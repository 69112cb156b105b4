import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { COMPILED, REHEARSAL } from '../compiled/main-file.js';
import { CommandError } from '../exit-codes.js';

/**
 * `check_rlimit_passive precompile`: has Node.js write what it compiles of the program, for dist/bin/start.cjs. By a process
 * of its own, with the same flags of V8: with others it would not be taken.
 */
export function precompile(): void {
  try {
    accessSync(dirname(COMPILED), constants.W_OK);
    rmSync(COMPILED, { force: true });
    const { error } = spawnSync(process.execPath, [...process.execArgv, REHEARSAL], {
      stdio: 'ignore',
    });
    if (error) throw error;
  } catch (error) {
    throw new CommandError(`${COMPILED} cannot be written: ${(error as Error).message}`);
  }
  if (!existsSync(COMPILED))
    throw new CommandError(`${COMPILED} was not written: is there room on the disk?`);
}
