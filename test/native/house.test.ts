import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { seconds } from '../support/where.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const TABLE = 'scripts/house/table.mjs';

/** Files with one fault each, and what is told of it. */
const FAULTS: readonly (readonly [fault: string, file: string, content: string, told: string])[] = [
  [
    'a circle',
    'src/text/back.ts',
    "export { there } from './there.js';\nexport const back = 1;\n",
    'src/text/there.ts -> src/text/back.ts: they import each other; take out what both need',
  ],
  [
    'a circle of types',
    'test/support/one.ts',
    "import type { Two } from './two.js';\nexport type One = Two | 1;\n",
    'test/support/two.ts -> test/support/one.ts: they import each other; take out what both need',
  ],
  [
    'an import past a face',
    'src/services/past.ts',
    "export { clip } from '../text/text.js';\n",
    'src/text/text.ts: import a room by its index.ts; if you need a side door, the room is missing a function',
  ],
  [
    'one of a command',
    'plugins/past.ts',
    "export { clip } from '../src/text/text.js';\n",
    'src/text/text.ts: import a room by its index.ts; if you need a side door, the room is missing a function',
  ],
  [
    'one of a measurement',
    'bench/past.ts',
    "export { clip } from '../src/text/text.js';\n",
    'src/text/text.ts: import a room by its index.ts; if you need a side door, the room is missing a function',
  ],
  [
    "one of a room's tests into another room",
    'test/unit/services/past.ts',
    "export { clip } from '../../../src/text/text.js';\n",
    'src/text/text.ts: import a room by its index.ts; if you need a side door, the room is missing a function',
  ],
  [
    'one that a side door is not for',
    'test/peers/outbox.test.ts',
    "export { clip } from '../../src/text/text.js';\nexport { deliverBy } from '../../src/destinations/nsca.js';\n",
    `src/text/text.ts: its side door leads into src/destinations only; see ${TABLE}`,
  ],
  [
    'a room that the table does not allow',
    'src/holdings/table.ts',
    "export { lineOf } from '../services/index.js';\n",
    `src/services/index.ts: src/holdings may not know it; see ${TABLE}`,
  ],
  [
    'a room above',
    'src/text/above.ts',
    "export { prepareAgent } from '../agent/index.js';\n",
    `src/agent/index.ts: src/text may not know it; see ${TABLE}`,
  ],
  [
    'a room of which only types are allowed',
    'src/services/whole.ts',
    "export { RlimitEvents } from '../rlimit-events/index.js';\n",
    'src/rlimit-events/index.ts: src/services may know its types only: import type',
  ],
  [
    'the folder above inside a room',
    'src/nsca-client/encryption/above.ts',
    "export { createClient } from '../client.js';\n",
    `src/nsca-client/client.ts: src/nsca-client/encryption may not know it; see ${TABLE}`,
  ],
  [
    'the command line in src/',
    'src/text/command.ts',
    "export { EXIT_OK } from '../../plugins/exit-codes.js';\n",
    `plugins/exit-codes.ts: src may not know it; see ${TABLE}`,
  ],
  [
    'koffi in another room',
    'src/holdings/native.ts',
    "import koffi from 'koffi';\nexport const native = koffi;\n",
    'koffi/index.cjs: only src/ffi knows koffi',
  ],
  [
    'a file that is not there',
    'scripts/missing.ts',
    "export { nothing } from './nothing.js';\n",
    './nothing.js: there is no such file',
  ],
];

/** The other half of the circles, and a room that nobody has heard of. */
const OTHERS = {
  'src/text/there.ts': "export { back } from './back.js';\nexport const there = 2;\n",
  'src/cellar/index.ts': "export { clip } from '../text/index.js';\n",
  'test/support/two.ts': "import type { One } from './one.js';\nexport type Two = One | 2;\n",
};

/** Permissions that nobody needs, by what they are put in place of, and what is told of each. */
const PERMISSIONS: readonly (readonly [before: string, after: string, told: string])[] = [
  ['schema: [],', "schema: ['text'],", 'schema may know text, but uses nothing of it'],
  [
    "'types of services', 'resources', 'ffi'",
    "'services', 'resources', 'ffi'",
    'actions may know services, but uses types only of it',
  ],
  [
    "central: ['types of config']",
    "central: ['types of config', 'types of log']",
    'central may know the types of log, but uses nothing of it',
  ],
  ['ffi: [],', "ffi: ['types of daemon'],", 'ffi may know daemon, which does not stand above it in the list'],
  ["plugins: ['src']", "plugins: ['src', 'bench']", 'plugins may know bench, but uses nothing of it'],
  [
    'SIDE_DOORS = {',
    "SIDE_DOORS = { 'bench/main.ts': { into: ['text'], why: '' },",
    'bench/main.ts has a side door into text that it does not use',
  ],
  ['KOFFI = {', "KOFFI = { 'bench/main.ts': '',", 'bench/main.ts may know koffi, but does not use it'],
];

describe('the rules of the house', () => {
  let copy: string;

  const check = () => {
    const { status, stderr } = spawnSync(process.execPath, [join(copy, 'scripts/house/check.mjs')], {
      encoding: 'utf8',
      timeout: seconds(20),
    });
    return { status, told: stderr.split('\n').filter((line) => line !== '') };
  };

  const write = (file: string, content: string) => {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), content);
  };

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'house-'));
    for (const part of ['src', 'plugins', 'scripts', 'rig', 'test', 'bench', 'package.json', 'tsconfig.json'])
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });

  afterAll(() => {
    rmSync(copy, { recursive: true });
  });

  it('hold', () => {
    expect(check()).toEqual({ status: 0, told: [] });
  });

  describe('find', () => {
    let found: ReturnType<typeof check>;

    beforeAll(() => {
      for (const [, file, content] of FAULTS) write(file, content);
      for (const [file, content] of Object.entries(OTHERS)) write(file, content);
      let table = readFileSync(join(copy, TABLE), 'utf8');
      for (const [before, after] of PERMISSIONS) {
        expect(table).toContain(before);
        table = table.replace(before, after);
      }
      write(TABLE, table);
      found = check();
    });

    it.each(FAULTS)('%s', (_fault, file, _content, told) => {
      const ofFile = found.told.filter((line) => line.startsWith(`${file} -> `));
      expect(ofFile).toContainEqual(expect.stringContaining(told));
    });

    it.each(PERMISSIONS)('a permission that nobody needs: %s -> %s', (_before, _after, told) => {
      expect(found.told).toContain(`${TABLE}: ${told}`);
    });

    it('a room that is not in the list', () => {
      expect(found.told).toContain(`${TABLE}: cellar is a room that is not in the list`);
    });

    it('by the exit status', () => {
      expect(found.status).toBe(1);
    });
  });
});
