/** The npm packages of packages/, as somebody has them who installs their files in an empty folder. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../rig/programs/command.js';
import { NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../../rig/servers/nsca-ng-server.js';
import { Worker } from '../support/worker.js';

const CHECKOUT = new URL('../../../', import.meta.url).pathname.replace(/\/$/, '');
/** The rooms that each has. */
const PACKAGES = {
  'nsca-client': ['lookup', 'nsca-client', 'secrets'],
  'nsca-ng-client': ['lookup', 'nsca-ng-client', 'secrets'],
  'rlimit-events': ['ffi', 'resources', 'rlimit-events'],
} as const;
const NAMES = Object.keys(PACKAGES) as (keyof typeof PACKAGES)[];
/** Where a forge says what it builds, for a statement of provenance. */
const FORGE = { GITHUB_SERVER_URL: 'https://forge.example.org', GITHUB_REPOSITORY: 'owner/project' };

interface Description {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const description = (...path: string[]) => JSON.parse(read(...path, 'package.json')) as Description;
const own = description(CHECKOUT);

let folder: string;
let packed: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  const run = (file: string, ...parameters: string[]) =>
    execFileSync(file, parameters, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...FORGE } });
  packed = run('node', join(CHECKOUT, 'packaging/npm/build.mjs'), folder).trim().split('\n');
  // What they need is at hand since `npm ci`.
  run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packed);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const installed = (name: string) => join(folder, 'node_modules', name);

/** The files below a folder, by their paths. */
const filesBelow = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();

/** What is to be of a room: of each module what it does and its types, and the BPF objects. */
const published = (room: string) =>
  filesBelow(join(CHECKOUT, 'src', room)).flatMap((file) => {
    if (file.endsWith('.ts')) return ['.js', '.d.ts'].map((end) => file.replace(/\.ts$/, end));
    return file.endsWith('.o') ? [file] : [];
  });

describe.each(NAMES)('%s', (name) => {
  it('has what it needs, and nothing else', () => {
    expect(filesBelow(installed(name))).toEqual(
      [
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'example.js', 'package.json'],
        ...PACKAGES[name].flatMap((room) => published(room).map((file) => join('dist', room, file))),
      ].sort(),
    );
  });

  it('says whose it is, and how it is published', () => {
    const { dependencies = {}, version } = description(CHECKOUT, 'packages', name);
    expect(description(installed(name))).toMatchObject({
      name,
      license: 'GPL-2.0-only',
      repository: {
        type: 'git',
        url: 'git+https://forge.example.org/owner/project.git',
        directory: `packages/${name}`,
      },
      publishConfig: { access: 'public', provenance: true },
    });
    // npm would run them.
    expect(description(installed(name))).not.toHaveProperty('scripts');
    expect(read(installed(name), 'CHANGELOG.md')).toContain(`\n## [${version}]`);
    for (const [other, range] of Object.entries(dependencies))
      expect([other, range]).toEqual([other, own.dependencies?.[other]]);
  });

  it('has the version that the agent depends on', () => {
    expect(own.devDependencies?.[name]).toBe(description(CHECKOUT, 'packages', name).version);
  });

  it('shows its example in its README', () => {
    const [, shown] = /```js\n(.*?)```/s.exec(read(installed(name), 'README.md')) ?? [];
    expect(shown).toBe(read(installed(name), 'example.js'));
    expect(shown?.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(10);
  });
});

it("the agent's own has the command in one file, and no module of it twice", () => {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: CHECKOUT,
      encoding: 'utf8',
    }),
  ) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain('dist/bin/main.cjs');
  expect(paths.filter((path) => /^(?:dist\/(?!bin\/|share\/)|packages\/|src\/)/.test(path))).toEqual([]);
});

it('have types that TypeScript takes, and refuses what is wrong by', () => {
  copyFileSync(join(CHECKOUT, 'test/support/consumer.ts'), join(folder, 'consumer.ts'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...{
          strict: true,
          noEmit: true,
          target: 'es2023',
          lib: ['es2023'],
          module: 'nodenext',
          types: ['node'],
        },
        // What they import has to be there in all of it.
        skipLibCheck: false,
        typeRoots: [join(CHECKOUT, 'node_modules/@types')],
      },
      files: ['consumer.ts'],
    }),
  );
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const compiler = join(CHECKOUT, 'node_modules/typescript/bin/tsc');
  expect(execFileSync('node', [compiler, '-p', folder], { encoding: 'utf8' })).toBe('');
});

describe('the example of', () => {
  const example = (name: string, ...parameters: string[]) =>
    new Program(process.execPath, [join(installed(name), 'example.js'), ...parameters]);
  const secret = (name: string, text: string) => {
    writeFileSync(join(folder, name), `${text}\n`, { mode: 0o600 });
    return join(folder, name);
  };

  it("nsca-client reaches Debian's nsca", async () => {
    const daemon = await NscaDaemon.start({ method: 1 });
    try {
      const file = secret('nsca.password', PASSWORD);
      const { stdout, stderr } = await example('nsca-client', '127.0.0.1', `${daemon.port}`, file).finished();
      expect({ stdout, stderr }).toEqual({ stdout: ['sent '], stderr: [] });
      expect(await daemon.until(1)).toMatchObject([{ host: 'web1', service: 'fds', returnCode: 2 }]);
    } finally {
      await daemon.stop();
    }
  });

  it("nsca-ng-client reaches Debian's nsca-ng", async () => {
    const server = await NscaNgServer.start({ authorize: authorizing('gw01', 'fds') });
    try {
      const file = secret('nsca-ng.key', NSCA_NG_KEY);
      const { stdout, stderr } = await example(
        'nsca-ng-client',
        ...['127.0.0.1', `${server.port}`, 'gw01', file],
      ).finished();
      expect({ stdout, stderr }).toEqual({ stdout: ['accepted '], stderr: [] });
      expect(await server.until(1)).toMatchObject([{ host: 'gw01', service: 'fds', returnCode: 2 }]);
    } finally {
      await server.stop();
    }
  });

  it('rlimit-events tells of real crossings, and ends with the process', async () => {
    const worker = await Worker.start(64);
    const program = example('rlimit-events', `${worker.pid}`);
    const line = (text: string) => program.until(() => program.stdout.includes(text));
    await program.until(() => program.stdout.length > 0);
    const { count } = await worker.do('open 0');
    expect(program.stdout).toEqual([`now ${count} of 64`]);
    await worker.do(`open ${52 - count}`);
    await line('up 52 of 64');
    await worker.do('close 1');
    await line('down 51 of 64');
    await worker.end();
    expect((await program.finished()).status).toBe(0);
  });
});
