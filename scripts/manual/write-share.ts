/** Part of `npm run build`: what a package installs below /usr/share, in dist/share, made of the code. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configJsonSchema } from '../../src/config/index.js';

const SHARE = new URL('../../share', import.meta.url).pathname;

const files: Readonly<Record<string, string>> = {
  'check_rlimit_passive/check_rlimit_passive.schema.json': `${JSON.stringify(configJsonSchema())}\n`,
};

rmSync(SHARE, { recursive: true, force: true });
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(SHARE, name)), { recursive: true });
  writeFileSync(join(SHARE, name), text);
}
