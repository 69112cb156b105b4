import { buildSync } from 'esbuild';
import { cpSync } from 'node:fs';
import { ONE_FILE } from '../../scripts/one-file.js';

/** From dist/bench/lib/ to what is made. */
const LOADS = new URL('../load/', import.meta.url).pathname;
const BUNDLES = new URL('../bundles/', import.meta.url).pathname;
const OBJECTS = new URL('../../bin/bpf/', import.meta.url).pathname;

/** A program of bench/load in one file, as the command line is, with the BPF objects where it looks for them. */
export function bundled(name: string): string {
  const file = `${BUNDLES}${name}.cjs`;
  buildSync({ ...ONE_FILE, entryPoints: [`${LOADS}${name}.js`], outfile: file });
  cpSync(OBJECTS, `${BUNDLES}bpf`, { recursive: true });
  return file;
}
