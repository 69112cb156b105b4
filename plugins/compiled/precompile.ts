import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { DEFAULT_FILE } from '../shipped.js';
import { encodeCompiled } from './format.js';
import { COMPILED, MAIN, mainScript, run } from './main-file.js';

/**
 * Has V8's compiled code written for start.ts: of the functions that a check of all processes runs. Where such a check is
 * refused, by a kernel or without root, of those that ran until then.
 */
const REHEARSAL = 'rehearsal';

if (process.argv[3] === REHEARSAL) rehearse();
else precompile();

function precompile(): void {
  try {
    rmSync(COMPILED, { force: true });
    const file = fileURLToPath(import.meta.url);
    const { error } = spawnSync(process.execPath, [...process.execArgv, file, 'precompile', REHEARSAL], {
      stdio: 'ignore',
    });
    if (error) throw error;
    if (!existsSync(COMPILED)) throw new Error(`it was not written to ${COMPILED}`);
  } catch (error) {
    process.stderr.write(`check_rlimit_passive: no compiled code: ${(error as Error).message}\n`);
    process.exitCode = 3;
  }
}

function rehearse(): void {
  const source = readFileSync(MAIN);
  const script = mainScript(source);
  // Or what ran long ago is not compiled any more. A flag that is not as it was would be another V8 to start.ts.
  setFlagsFromString('--no-flush-bytecode');
  process.on('exit', () => {
    setFlagsFromString('--flush-bytecode');
    const unfinished = `${COMPILED}.${String(process.pid)}`;
    writeFileSync(unfinished, encodeCompiled(script.createCachedData(), source));
    renameSync(unfinished, COMPILED);
  });
  process.argv.splice(2, Infinity, '-c', fileURLToPath(DEFAULT_FILE), '--once', '--dry-run');
  run(script);
}
