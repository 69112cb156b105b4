/** The version stands in package.json; whatever else has one has that. */
import { expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND } from '../../../rig/programs/command.js';

const CHECKOUT = new URL('../../../../', import.meta.url).pathname;
const read = (...path: string[]) => readFileSync(join(CHECKOUT, ...path), 'utf8');

interface Description {
  readonly version: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly packages?: Readonly<Record<string, { readonly version?: string }>>;
}
const description = (...path: string[]) => JSON.parse(read(...path)) as Description;
const { version, devDependencies } = description('package.json');
const packages = readdirSync(join(CHECKOUT, 'packages'));

it('is that of the lock file, of the command and of its man pages', () => {
  const lock = description('package-lock.json');
  expect([lock.version, lock.packages?.['']?.version]).toEqual([version, version]);
  expect(spawnSync(COMMAND, ['--version'], { encoding: 'utf8' }).stdout).toBe(`${version}\n`);
  for (const page of ['man8/check_rlimit_passive.8', 'man5/check_rlimit_passive.yaml.5'])
    expect(/^\.TH .*$/m.exec(read('dist/share/man', page))?.[0]).toContain(
      `"check_rlimit_passive ${version}"`,
    );
});

it.each(packages)('is that of the npm package %s, by which the agent has it', (name) => {
  expect(description('packages', name, 'package.json').version).toBe(version);
  expect(description('package-lock.json').packages?.[`packages/${name}`]?.version).toBe(version);
  expect(devDependencies?.[name]).toBe(version);
});

it.each(['CHANGELOG.md', ...packages.map((name) => `packages/${name}/CHANGELOG.md`)])(
  'is the newest release in %s',
  (file) => {
    const releases = [...read(file).matchAll(/^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$/gm)];
    expect(releases[0]?.[1]).toBe(version);
  },
);

it('is that of the package whose name the documentation has', () => {
  for (const page of ['README.md', 'docs/install.md'])
    expect(
      [...read(page).matchAll(/(?:check-rlimit-passive_|rlimit-events-)(\d+\.\d+\.\d+)/g)].map(
        ([, of]) => of,
      ),
    ).not.toContainEqual(expect.not.stringContaining(version));
});

it('is that of the Debian changelog', () => {
  const build = read('packaging/debian/build');
  const shown = /^version=\$\((node -p .*)\)-1$/m.exec(build)?.[1] ?? '';
  expect(execFileSync('sh', ['-c', shown], { cwd: CHECKOUT, encoding: 'utf8' })).toBe(
    `${version.replace('-', '~')}\n`,
  );
  expect(build).toContain('$name ($version) unstable; urgency=medium');
});
