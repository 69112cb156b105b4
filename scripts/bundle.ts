/**
 * Puts the compiled command line and the libraries that it uses into one file, dist/bin/main.cjs: to find and load
 * 350 modules takes Node a quarter of a second. Each is still evaluated when it is first asked for. Beside it are what
 * starts it with its compiled code, and what has that written.
 */
import { build } from 'esbuild';
import { ONE_FILE } from './one-file.js';

await build({
  ...ONE_FILE,
  entryPoints: [
    'dist/plugins/main.js',
    'dist/plugins/compiled/start.js',
    'dist/plugins/compiled/rehearse.js',
  ],
  entryNames: '[name]',
  outExtension: { '.js': '.cjs' },
  outdir: 'dist/bin',
});
