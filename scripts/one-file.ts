import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

/**
 * The packages of packages/ are rooms of src/ by another name. Node follows the links to the file that is there once;
 * esbuild does not follow all of them, and would put what a package needs into the file a second time.
 */
const rooms = Object.fromEntries(
  readdirSync('packages').map((name) => [name, join(process.cwd(), 'dist/src', name, 'index.js')]),
);

export const FILE_URL = "const fileUrl=require('node:url').pathToFileURL(__filename).href;";

/** How esbuild puts a compiled module and all that it imports into one CommonJS file. */
export const ONE_FILE: BuildOptions = {
  bundle: true,
  // Loading an ES module makes all of what it imports from Node: of `fs` the streams as well.
  format: 'cjs',
  platform: 'node',
  alias: rooms,
  target: 'node20',
  // What is run by node:vm with its compiled code (plugins/compiled/) has nobody who imports for it; and require() is
  // faster, since Node has no ES modules to make ready then.
  supported: { 'dynamic-import': false },
  // It loads a native library, which lies beside it.
  external: ['koffi'],
  // Less to read and to compile. Names stay: an error is told by its own.
  minifyWhitespace: true,
  minifySyntax: true,
  // What is read from beside a module is read from beside the file.
  banner: { js: FILE_URL },
  define: { 'import.meta.url': 'fileUrl' },
  logLevel: 'warning',
};
