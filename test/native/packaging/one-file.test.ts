import { expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { realpathSync } from 'node:fs';
import { ONE_FILE } from '../../../scripts/one-file.js';

it('has each module once, though packages of this checkout are rooms of it by another name', async () => {
  const { metafile } = await build({
    ...ONE_FILE,
    entryPoints: ['dist/plugins/main.js'],
    write: false,
    metafile: true,
  });
  const modules = Object.keys(metafile.inputs);
  expect(modules).toContain('dist/src/rlimit-events/index.js');
  expect(modules.filter((path) => realpathSync(path) !== realpathSync('.') + `/${path}`)).toEqual([]);
});

it('imports nothing while it runs: who runs it with its compiled code cannot', async () => {
  const { outputFiles } = await build({ ...ONE_FILE, entryPoints: ['dist/plugins/main.js'], write: false });
  expect(outputFiles.map(({ text }) => text.match(/\bimport\("[^"]*/g))).toEqual([null]);
});
