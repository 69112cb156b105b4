/**
 * Puts the compiled command line and the libraries that it uses into one file, dist/bin/main.cjs: to find and load
 * 350 modules takes Node a quarter of a second. Each is still evaluated when it is first asked for. Beside it are what
 * starts it with its compiled code, and what has that written.
 */
import { build } from 'esbuild';
import { FILE_URL, ONE_FILE } from './one-file.js';

/** Node's own `performance` comes with nine modules. All that the program wants of it is a clock that nobody sets. */
const PERFORMANCE = 'const performance={now(){const[s,ns]=process.hrtime();return s*1e3+ns/1e6}};';

await build({
  ...ONE_FILE,
  banner: { js: FILE_URL + PERFORMANCE },
  entryPoints: [
    'dist/plugins/main.js',
    'dist/plugins/compiled/start.js',
    'dist/plugins/compiled/rehearse.js',
  ],
  entryNames: '[name]',
  outExtension: { '.js': '.cjs' },
  outdir: 'dist/bin',
});
