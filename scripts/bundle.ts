/**
 * Puts the compiled command line and the libraries that it uses into one file, dist/bin/main.cjs: to find and load
 * 350 modules takes Node a quarter of a second. Each is still evaluated when it is first asked for.
 */
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/plugins/main.js'],
  outfile: 'dist/bin/main.cjs',
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
});
