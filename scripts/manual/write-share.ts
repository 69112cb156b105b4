/** Part of `npm run build`: what a package installs below /usr/share, in dist/share, made of the code and of docs/. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configJsonSchema } from '../../src/config/index.js';
import { manPages } from './man-pages.js';

const SHARE = new URL('../../share', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const files: Readonly<Record<string, string>> = {
  'check_rlimit_passive/check_rlimit_passive.schema.json': `${JSON.stringify(configJsonSchema())}\n`,
  ...Object.fromEntries(
    Object.entries(manPages(version)).map(([name, text]) => [`man/man${name.at(-1) ?? ''}/${name}`, text]),
  ),
};

rmSync(SHARE, { recursive: true, force: true });
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(SHARE, name)), { recursive: true });
  writeFileSync(join(SHARE, name), text);
}
