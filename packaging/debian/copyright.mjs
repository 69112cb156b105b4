/**
 * Prints the copyright file of the Debian package, in the machine-readable form: this program's licence, and that of
 * each library in it, as its npm package has it. copyright.mjs BUNDLE MODULES
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf } from './parts.mjs';

const parts = partsOf(process.argv[2] ?? '', process.argv[3] ?? '');

/** As a field of a control file has more than one line. */
const indented = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');

function paragraph({ name, folder, license }) {
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${folder} has no licence`);
  const text = readFileSync(join(folder, file), 'utf8');
  const holders = text
    .split('\n')
    .map((line) => /^\W*copyright\s+(?!notice|holders?\b)(.*)/i.exec(line)?.[1]?.replace(/^\(c\)\s*/i, ''))
    .filter((holder) => holder !== undefined);
  if (holders.length === 0) throw new Error(`${join(folder, file)} names nobody`);
  return `Files: node_modules/${name}/*\nCopyright: ${holders.join('\n ')}\nLicense: ${license}\n${indented(text)}\n`;
}

process.stdout.write(`Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: check_rlimit_passive
Comment: The libraries below are in usr/lib/check_rlimit_passive/dist/bin/main.cjs, but koffi, which is beside it.

Files: *
Copyright: the authors of check_rlimit_passive
License: GPL-2.0-only
 This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public
 License, version 2, as published by the Free Software Foundation.
 .
 This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied
 warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.
 .
 On Debian systems, the text of the license is in /usr/share/common-licenses/GPL-2.

${parts.map(paragraph).join('\n')}`);
