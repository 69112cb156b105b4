import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { decodeCompiled } from './format.js';
import { lazily } from './lazy-modules.js';

/** Beside the file that this becomes a part of, in dist/bin. */
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The command line in one file (scripts/bundle.ts). */
export const MAIN = beside('main.cjs');
/** What rehearse.ts becomes. */
export const REHEARSAL = beside('rehearse.cjs');
/** What V8 has compiled of it, if anybody has had it written (rehearse.ts). */
export const COMPILED = beside('main.compiled');

type Run = (
  exports: object,
  require: NodeJS.Require,
  module: object,
  filename: string,
  dirname: string,
) => void;

/** main.cjs as a script; with `compiled`, what is in a file of decodeCompiled(), if it still is what this Node.js makes of it. */
export function mainScript(source: Buffer, compiled?: Buffer): Script {
  const cachedData = compiled && decodeCompiled(compiled, source);
  // It has ASCII only, as esbuild writes it: a string of it takes one byte for each.
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source.toString('latin1')}\n})`;
  return new Script(wrapped, { filename: MAIN, ...(cachedData && { cachedData }) });
}

/** Runs it as Node.js runs the file that it is given. */
export function run(script: Script): void {
  process.argv[1] = MAIN;
  const module = { exports: {} };
  const main = script.runInThisContext() as Run;
  main(module.exports, lazily(createRequire(MAIN)), module, MAIN, dirname(MAIN));
}

/** undefined: there is none, or nobody may read it. */
export function readCompiled(): Buffer | undefined {
  try {
    return readFileSync(COMPILED);
  } catch {
    return undefined;
  }
}
