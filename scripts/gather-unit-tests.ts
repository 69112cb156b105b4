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

/** Seconds that these take, most of them in waiting for a time-out; measured where two workers had a processor each. */
const LONG: Readonly<Record<string, number>> = {
  'actions/programs.test.js': 1.1,
  'config/json-schema.test.js': 0.9,
  'config/mutation.test.js': 0.8,
  'config/selectors.test.js': 0.6,
  'config/service-keys.test.js': 1,
  'control/live.test.js': 1.6,
  'daemon/metrics-file.test.js': 1.5,
  'delivery/fleet.test.js': 2,
  'destinations/program.test.js': 4.1,
  'icinga2-client/client.test.js': 1.3,
  'icinga2-client/trust.test.js': 1.5,
  'nsca-client/both-sides.test.js': 1.5,
  'nsca-client/client.test.js': 4.6,
  'nsca-client/in-succession.test.js': 4,
  'nsca-ng-client/client.test.js': 1.8,
};
/** Of the others, who is longer takes longer, more or less. */
const SECONDS_PER_BYTE = 28e-6;

const secondsOf = (test: string) => LONG[test] ?? statSync(join(TESTS, test)).size * SECONDS_PER_BYTE;

/**
 * Each room's tests are in one file: what they import is loaded once. The longest room first, each to the file that has
 * least to do until then.
 */
function dealtOut(tests: readonly string[]): string[][] {
  const rooms = new Map<string, { tests: string[]; seconds: number }>();
  for (const test of tests) {
    const name = test.split('/', 1).join();
    const room = rooms.get(name) ?? { tests: [], seconds: 0 };
    room.tests.push(test);
    room.seconds += secondsOf(test);
    rooms.set(name, room);
  }
  const files = Array.from({ length: FILES }, () => ({ tests: [] as string[], seconds: 0 }));
  for (const room of [...rooms.values()].toSorted((one, other) => other.seconds - one.seconds)) {
    const file = files.reduce((least, other) => (other.seconds < least.seconds ? other : least));
    file.tests.push(...room.tests);
    file.seconds += room.seconds;
  }
  return files.map((file) => file.tests);
}

/** Each file's tests are a group by its name, which its `beforeEach` is of as well. */
function gathered(tests: readonly string[]): string {
  return tests.map((name) => `describe('${name}', () => { require('./${name}'); });`).join('\n');
}

/** What replaces a module would do so for all. */
const isAlone = (test: string) => readFileSync(join(TESTS, test), 'utf8').includes('mockModule(');

const tests = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.js'))
  .sort();

rmSync(GATHERED, { recursive: true, force: true });
mkdirSync(GATHERED);
for (const [index, test] of tests.filter(isAlone).entries())
  writeFileSync(join(GATHERED, `alone-${index}.test.js`), `import '../../${join(TESTS, test)}';\n`);
const files = dealtOut(tests.filter((test) => !isAlone(test)));
for (const [index, file] of files.entries())
  writeFileSync(join(TESTS, `gathered-${index}.js`), gathered(file));
await build({
  ...ONE_FILE,
  entryPoints: files.map((_, index) => ({
    in: join(TESTS, `gathered-${index}.js`),
    out: `${index}.test`,
  })),
  outdir: GATHERED,
  outExtension: { '.js': '.cjs' },
  plugins: [staysWhereItWas],
  external: ['koffi', '@jest/globals'],
  banner: {},
  define: {},
  // A failure shows some lines of it.
  minifyWhitespace: false,
  minifySyntax: false,
});
