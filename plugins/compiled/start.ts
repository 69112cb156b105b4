import { readFileSync } from 'node:fs';
import { MAIN, mainScript, readCompiled, run } from './main-file.js';

// With what V8 has compiled before, a sixth of the start is not needed (bench/README.md). Who can write that file, beside the
// program's own, can write the program.
run(mainScript(readFileSync(MAIN), readCompiled()));
