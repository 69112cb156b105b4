import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { DEFAULT_FILE } from '../shipped.js';
import { encodeCompiled } from './format.js';
import { COMPILED, MAIN, mainScript, run } from './main-file.js';

// Checks all processes once, and writes what V8 has compiled for that. Where it is refused, by the kernel or without root,
// that is what ran until then.
const source = readFileSync(MAIN);
const script = mainScript(source);
// Or what ran long ago is not compiled any more. A flag that is not as it was would be another V8 to start.ts.
setFlagsFromString('--no-flush-bytecode');
process.on('exit', () => {
  setFlagsFromString('--flush-bytecode');
  const unfinished = `${COMPILED}.${String(process.pid)}`;
  try {
    writeFileSync(unfinished, encodeCompiled(script.createCachedData(), source));
    renameSync(unfinished, COMPILED);
  } catch {
    // Who has started this tells that it is not there.
    rmSync(unfinished, { force: true });
  }
});
process.argv.splice(2, Infinity, '-c', fileURLToPath(DEFAULT_FILE), '--once', '--dry-run');
run(script);
