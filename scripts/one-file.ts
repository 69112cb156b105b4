import type { BuildOptions } from 'esbuild';

/** How esbuild puts a compiled module and all that it imports into one CommonJS file. */
export const ONE_FILE: BuildOptions = {
  bundle: true,
  // Loading an ES module makes all of what it imports from Node: of `fs` the streams as well.
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // It loads a native library, which lies beside it.
  external: ['koffi'],
  // Less to read and to compile. Names stay: an error is told by its own.
  minifyWhitespace: true,
  minifySyntax: true,
  // What is read from beside a module is read from beside the file.
  banner: { js: "const fileUrl=require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'fileUrl' },
  logLevel: 'warning',
};
