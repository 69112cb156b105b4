import { readFileSync } from 'node:fs';
import { EXIT_UNKNOWN } from '../exit-codes.js';
import { messageOf } from '../node-permission.js';
import { MAIN, mainScript, readCompiled, run } from './main-file.js';

// With what V8 has compiled before, a tenth of the start is not needed (bench/README.md). Who can write that file, beside the
// program's own, can write the program.
run(mainScript(readMain(), readCompiled()));

function readMain(): Buffer {
  try {
    return readFileSync(MAIN);
  } catch (error) {
    process.stderr.write(`check_rlimit_passive: ${messageOf(error)}\n`);
    process.exit(EXIT_UNKNOWN);
  }
}
