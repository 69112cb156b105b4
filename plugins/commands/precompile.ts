import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../exit-codes.js';

/** Beside the file that runs, which is dist/bin/main.cjs. */
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * `check_rlimit_passive precompile`: has Node.js write what it compiles of the program, for dist/bin/start.cjs. By a process
 * of its own, with the same flags of V8: with others it would not be taken.
 */
export function precompile(): void {
  const compiled = beside('main.compiled');
  try {
    accessSync(beside('.'), constants.W_OK);
    rmSync(compiled, { force: true });
    const { error } = spawnSync(process.execPath, [...process.execArgv, beside('rehearse.cjs')], {
      stdio: 'ignore',
    });
    if (error) throw error;
  } catch (error) {
    throw new CommandError(`${compiled} cannot be written: ${(error as Error).message}`);
  }
  if (!existsSync(compiled))
    throw new CommandError(`${compiled} was not written: is there room on the disk?`);
}
