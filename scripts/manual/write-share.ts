/** Part of `npm run build`: what a package installs below /usr/share, in dist/share, made of the code and of docs/. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configJsonSchema } from '../../src/config/index.js';
import { commandTexts } from './commands.js';
import { bashCompletion } from './completion/bash.js';
import { fishCompletion } from './completion/fish.js';
import { zshCompletion } from './completion/zsh.js';
import { manPages } from './man-pages.js';

const SHARE = new URL('../../share', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const commands = commandTexts(version);

// The shells look there in what Debian's packages install.
const files: Readonly<Record<string, string>> = {
  'check_rlimit_passive/check_rlimit_passive.schema.json': `${JSON.stringify(configJsonSchema())}\n`,
  'bash-completion/completions/check_rlimit_passive': bashCompletion(commands),
  'zsh/vendor-completions/_check_rlimit_passive': zshCompletion(commands),
  'fish/vendor_completions.d/check_rlimit_passive.fish': fishCompletion(commands),
  ...Object.fromEntries(
    Object.entries(manPages(version, commands)).map(([name, text]) => [
      `man/man${name.at(-1) ?? ''}/${name}`,
      text,
    ]),
  ),
};

rmSync(SHARE, { recursive: true, force: true });
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(SHARE, name)), { recursive: true });
  writeFileSync(join(SHARE, name), text);
}
