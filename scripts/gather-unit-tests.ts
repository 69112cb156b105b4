/**
 * Puts the compiled tests of test/unit into a few files, dist/unit-tests/N.test.cjs, for `npm run test:unit`: Jest loads
 * all that a file imports anew, and a hundred files would load the same two hundred modules each.
 */
import { build, type Plugin } from 'esbuild';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ONE_FILE } from './one-file.js';

const TESTS = 'dist/test/unit';
const GATHERED = 'dist/unit-tests';
/** More than many have processors, so that a test which waits for a time-out keeps none waiting. */
const FILES = 4;

/** What a module reads from beside itself is where it was. */
const staysWhereItWas: Plugin = {
  name: 'stays-where-it-was',
  setup: (bundle) => {
    bundle.onLoad({ filter: /\/dist\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
    }));
  },
};

/** What is long takes long, more or less: so each file gets some of that. */
const lengthOf = (test: string) => statSync(join(TESTS, test)).size;

/** To and fro, since who gets the first of each round gets the longest of it. */
function fileOf(index: number): number {
  const turn = index % (2 * FILES);
  return Math.min(turn, 2 * FILES - 1 - turn);
}

/** Each file's tests are a group by its name, which its `beforeEach` is of as well. */
function gathered(tests: readonly string[]): string {
  return tests.map((name) => `describe('${name}', () => { require('./${name}'); });`).join('\n');
}

/** What replaces a module would do so for all. */
const isAlone = (test: string) => readFileSync(join(TESTS, test), 'utf8').includes('mockModule(');

const tests = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.js'))
  .sort((one, other) => lengthOf(other) - lengthOf(one) || (one < other ? -1 : 1));
const together = tests.filter((test) => !isAlone(test));

rmSync(GATHERED, { recursive: true, force: true });
mkdirSync(GATHERED);
for (const [index, test] of tests.filter(isAlone).entries())
  writeFileSync(join(GATHERED, `alone-${index}.test.js`), `import '../../${join(TESTS, test)}';\n`);
await Promise.all(
  Array.from({ length: FILES }, (_, file) =>
    build({
      ...ONE_FILE,
      stdin: {
        contents: gathered(together.filter((_test, index) => fileOf(index) === file)),
        resolveDir: TESTS,
      },
      outfile: join(GATHERED, `${file}.test.cjs`),
      plugins: [staysWhereItWas],
      external: ['koffi', '@jest/globals'],
      banner: {},
      define: {},
      // A failure shows some lines of it.
      minifyWhitespace: false,
      minifySyntax: false,
    }),
  ),
);
