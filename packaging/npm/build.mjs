/**
 * Makes the npm packages of packages/, of what `npm run build` has made: dist/packages/NAME-VERSION.tgz of each. build.mjs [FOLDER]
 *
 * A package has its own room of src/ and those that the room may know, as scripts/house/table.mjs has them: what a
 * checkout has once (see link), each package has for itself. Provenance is a statement of the forge that builds it, of
 * which the package has to name the repository: as the forge itself has it in the environment.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { permissions } from '../../scripts/house/rules.mjs';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const packages = process.argv[2] ?? join(checkout, 'dist/packages');
const work = join(packages, 'npm');

/** @returns {string[]} the room, and all below it */
function roomsOf(room) {
  const { whole, types } = permissions(room);
  return [...new Set([room, ...[...whole, ...types].flatMap(roomsOf)])];
}

/** Of GitHub and GitLab, which are those whose word npm takes. */
function repositoryOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, CI_PROJECT_URL }) {
  const url = GITHUB_REPOSITORY ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}` : CI_PROJECT_URL;
  return url ? `git+${url}.git` : undefined;
}

/** What is published of a room: of each module what it does and its types, and the BPF objects. */
function filesOf(room) {
  return readdirSync(join(checkout, 'src', room), { recursive: true, encoding: 'utf8' }).flatMap((file) => {
    if (file.endsWith('.ts')) return ['.js', '.d.ts'].map((ending) => file.replace(/\.ts$/, ending));
    return file.endsWith('.o') ? [file] : [];
  });
}

/** Sources are not in it, so that a map would lead nowhere. */
const withoutMap = (text) => text.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n');

function stage(name) {
  const source = join(checkout, 'packages', name);
  const target = join(work, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of ['README.md', 'CHANGELOG.md', 'example.js'])
    cpSync(join(source, file), join(target, file));
  cpSync(join(checkout, 'LICENSE'), join(target, 'LICENSE'));
  for (const room of roomsOf(name))
    for (const file of filesOf(room)) {
      const compiled = join(checkout, 'dist/src', room, file);
      const copy = join(target, 'dist', room, file);
      mkdirSync(dirname(copy), { recursive: true });
      if (file.endsWith('.o')) cpSync(compiled, copy);
      else writeFileSync(copy, withoutMap(readFileSync(compiled, 'utf8')));
    }
  const described = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  // They keep the folder of the checkout from being published.
  delete described.scripts;
  const url = repositoryOf(process.env);
  if (url) described.repository = { type: 'git', url, directory: `packages/${name}` };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(described, undefined, 2)}\n`);
  return target;
}

const folders = readdirSync(join(checkout, 'packages')).map(stage);
const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', packages, ...folders], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
for (const { filename } of Object.values(JSON.parse(packed)))
  process.stdout.write(`${join(packages, basename(filename))}\n`);
