import { describe, expect, it } from '@jest/globals';
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND, Program } from '../../rig/programs/command.js';

/** What takes long to load, by a part of the path of each. */
const HEAVY = ['/koffi/', '/zod/', '/yaml/', '/src/nsca-client/', '/src/rlimit-events/', '/src/config/'];

/** The command line before it is put into one file, where it cannot be seen which of its modules are evaluated. */
const MODULES = new URL('../../plugins/main.js', import.meta.url).pathname;

/** The lines of strace about files that a program opened. */
async function opened(...program: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  try {
    const log = join(folder, 'strace');
    await new Program('strace', ['-f', '-e', 'trace=openat,open', '-o', log, ...program]).finished();
    return readFileSync(log, 'utf8').split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a command loads what it needs', () => {
  it.each<[string[], string[]]>([
    [['-V'], []],
    [['--help'], []],
    [['--bogus'], []],
    [['-c', 'x', '-t', '5'], []],
    [['status', '--socket', '/nonexistent/socket'], []],
    [
      ['receive', '--encryption', 'rot13'],
      ['/koffi/', '/src/nsca-client/'],
    ],
    [
      ['events', '--pid', '4194303', '--level', '5'],
      ['/koffi/', '/src/rlimit-events/'],
    ],
  ])('%j', async (parameters, expected) => {
    const lines = (await opened(process.execPath, MODULES, ...parameters)).filter(
      (line) => !line.includes('package.json'),
    );
    expect(HEAVY.filter((part) => lines.some((line) => line.includes(part)))).toEqual(expected);
  });

  it('TLS, when there is something to send', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'start-'));
    try {
      const file = (name: string, content: string) => {
        writeFileSync(join(folder, name), content, { mode: 0o600 });
        return join(folder, name);
      };
      const main = new URL('../../src/destinations/index.js', import.meta.url).href;
      const secret = file('secret', 'not a secret');
      const destinations = [
        { type: 'nsca', servers: ['127.0.0.1'], port: 1, encryption: 'xor' },
        { type: 'nsca-ng', servers: ['127.0.0.1', '::1'], port: 1, identity: 'gw01', keyFile: secret },
        { type: 'icinga2', urls: [{ url: 'https://127.0.0.1:1' }], user: 'gw01', passwordFile: secret },
        { type: 'nrdp', urls: [{ url: 'https://127.0.0.1:1/' }], tokenFile: secret },
      ];
      const script = file(
        'make.mjs',
        `import { makeDestination } from '${main}';
        const made = ${JSON.stringify(destinations)}.map((settings) => makeDestination(settings));
        const isLoaded = () => console.log(process.moduleLoadList.includes('NativeModule tls'));
        isLoaded();
        const result = { host: 'h', service: 's', state: 'OK', text: '', perfdata: [], longOutput: [], time: 0 };
        await made[1].deliver([result], new AbortController().signal);
        isLoaded();`,
      );
      const { stdout, stderr } = await new Program(process.execPath, [script]).finished();
      expect({ stdout, stderr }).toEqual({ stdout: ['false', 'true'], stderr: [] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('from one file, and what is native from its own', async () => {
    const lines = await opened(COMMAND, '-c', '/nonexistent/file');
    const modules = lines.filter((line) => /\.[cm]?js"/.test(line) && !line.includes('/koffi'));
    expect(modules).toEqual([
      expect.stringContaining('/dist/bin/start.cjs"'),
      expect.stringContaining('/dist/bin/main.cjs"'),
    ]);
  });

  it('of Node.js what it uses', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'start-'));
    try {
      const preload = join(folder, 'preload.cjs');
      writeFileSync(preload, `process.on('exit', () => console.error(process.moduleLoadList.join()));`);
      const loadedBy = async (...program: readonly [string, ...string[]]) => {
        const [file, ...parameters] = program;
        const { stderr } = await new Program(file, parameters, {
          NODE_OPTIONS: `--require ${preload}`,
        }).finished();
        return (stderr.at(-1) ?? '').split(',').map((each) => each.replace('NativeModule ', ''));
      };
      const bare = await loadedBy(process.execPath, '--eval', '');
      const pid = String(process.pid);
      const loaded = await loadedBy(COMMAND, '--once', '--dry-run', '--pid', pid, '-c', '100%');
      expect(loaded).toContain('zlib');
      const heavy = ['child_process', 'crypto', 'dns', 'https', 'perf_hooks', 'readline', 'tls'];
      expect(loaded.filter((each) => heavy.includes(each) && !bare.includes(each))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
