import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { COMMAND, Command, Program } from '../../rig/programs/command.js';

const BROUGHT = readFileSync(new URL('../../../packaging/default.yaml', import.meta.url), 'utf8');

describe('setup', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'setup-'));
    file = join(folder, 'config.yaml');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const setup = (...options: string[]) => Command.run('setup', '-c', file, ...options);
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const NSCA = ['--type', 'nsca', '--server', '192.0.2.1'];

  it('writes a file that is valid, and says what the server has to know', async () => {
    const { status, stdout, stderr } = await setup(...NSCA, '--hostname', 'gw01');
    expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
    expect(stdout[0]).toBe(`${file} is written, for host gw01`);
    const { stdout: generated } = await Command.run('generate', 'nagios', '-c', file);
    expect(stdout.join('\n')).toContain(generated.join('\n'));
    // The service reads another file.
    expect(stdout.at(-1)).toBe(
      `Next: check_rlimit_passive -c ${file}, once the server knows that; then check_rlimit_passive status -c ${file}`,
    );
    expect((await Command.run('config', 'check', file)).stdout).toEqual([
      `${file} is valid: host gw01, heartbeat 5m`,
      'nsca 192.0.2.1:5667: nothing that it needs here is missing; its server was not asked',
      expect.stringMatching(/^open files: nofile, warning 80%, critical 90%, of all: /),
    ]);
    expect(readdirSync(folder)).toEqual(['config.yaml']);
  });

  it('leaves the host to the machine if it is not given', async () => {
    expect((await setup(...NSCA)).stdout[0]).toBe(`${file} is written, for host ${hostname()}`);
    expect(readFileSync(file, 'utf8')).toMatch(/^#host: gw01$/m);
  });

  it('replaces the file that a package brought, with its mode and its group', async () => {
    writeFileSync(file, BROUGHT);
    chmodSync(file, 0o620);
    expect((await setup(...NSCA)).status).toBe(0);
    expect(modeOf(file)).toBe('620');
    expect(readFileSync(file, 'utf8')).toMatch(/^destinations:\n {2}- type: nsca\n {4}server: 192.0.2.1\n/m);
  });

  it.each([
    ['drwx------', 0o700, '600'],
    ['drwxr-x---', 0o750, '640'],
    ['drwxr-xr-x', 0o755, '644'],
  ])('lets those read a new file who may look into its folder, %s', async (_what, folderMode, mode) => {
    chmodSync(folder, folderMode);
    await setup(...NSCA);
    expect(modeOf(file)).toBe(mode);
  });

  it.each([
    [
      'has written',
      () => {
        writeFileSync(file, BROUGHT.replace('80%', '70%'));
      },
    ],
    [
      'has made a link of',
      () => {
        symlinkSync('/nonexistent', file);
      },
    ],
    [
      'has made a folder of',
      () => {
        mkdirSync(file);
      },
    ],
  ])('leaves a file alone that somebody %s, and asks nothing', async (_what, write) => {
    write();
    const before = statSync(folder).mtimeMs;
    const { status, stdout, stderr } = await setup(...NSCA, '--key-file', join(folder, 'key'));
    expect({ status, stdout, stderr }).toEqual({
      status: 3,
      stdout: [],
      stderr: [
        `check_rlimit_passive: ${file} is written already, and is left as it is; change it by hand, or name another file with -c`,
      ],
    });
    expect(statSync(folder).mtimeMs).toBe(before);
  });

  it.each([
    [['--type', 'nsca'], 'give --server: a name or an address, such as 192.0.2.1'],
    [['--type', 'nsca', '--server', 'a b'], '--server: "a b" is not a host name or an address'],
    [[...NSCA, '--hostname', 'x'.repeat(64)], '--hostname: is 64 bytes long; NSCA carries at most 63'],
    [['--type', 'program', '--server', '/nonexistent/send'], 'there is no such program'],
    [[...NSCA, '--set', 'password_file=none'], 'none cannot be read: ENOENT'],
    [['--type', 'nrdp', '--server', 'https://u:s3cret@a/'], 'has a user or a password in it; take it away'],
    [['5667'], 'too many words after setup: see its --help'],
  ])('%j is refused in one line, and nothing is written', async (options, problem) => {
    const { status, stdout, stderr } = await setup(...options);
    expect({ status, stdout, stderr }).toEqual({
      status: 3,
      stdout: [],
      stderr: [expect.stringContaining(problem)],
    });
    expect(stderr.join()).not.toContain('s3cret');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells what in conf.d does not go with it, and takes back the secret that it has made', async () => {
    mkdirSync(join(folder, 'conf.d'));
    writeFileSync(
      join(folder, 'conf.d/a.yaml'),
      'services: [{ service: open files, process: { pid: 1 }, resource: nofile, warning: 1 }]\n',
    );
    const { status, stderr } = await piped('s3cret\n', ...NSCA, '--key-file', join(folder, 'key'));
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: expect.stringMatching(/conf\.d\/a\.yaml:.*in \S*\/config\.yaml; give each service a name/),
    });
    expect(readdirSync(folder)).toEqual(['conf.d']);
  });

  it('makes the file of a secret from standard input, and tells that nobody took the test', async () => {
    const key = join(folder, 'nsca.password');
    const { status, stdout, stderr } = await piped(
      's3cret\nmore',
      '--type',
      'nsca',
      '--server',
      '127.0.0.1',
      '--set',
      'port=1',
      '--key-file',
      key,
      '--test',
    );
    expect(readFileSync(key, 'utf8')).toBe('s3cret\n');
    expect(modeOf(key)).toBe('600');
    expect(stdout).toContain(
      `no: the test result (open files) was not taken: Cannot connect to 127.0.0.1 port 1 `,
    );
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
    expect(stdout).not.toContain('s3cret');
    expect(readFileSync(file, 'utf8')).toMatch(/^ {4}password_file: nsca.password$/m);
  });

  it('warns that the service cannot read the secret, where its user is made by the unit', async () => {
    const OWN_ETC = [
      'mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work"',
      'mount -t overlay -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" none /etc',
      // A machine of somebody who has it installed.
      'sed -i /^check_rlimit_passive:/d /etc/passwd && rm -rf /etc/check_rlimit_passive && shift',
      'echo s3cret | "$@"',
    ].join(' && ');
    const key = '/etc/check_rlimit_passive/nsca.password';
    const command = [COMMAND, 'setup', ...NSCA, '--key-file', key];
    const running = new Program('unshare', ['--mount', 'sh', '-c', OWN_ETC, 'sh', folder, ...command]);
    const { status, stdout, stderr } = await running.finished();
    expect(stderr).toEqual([
      `check_rlimit_passive: warning: there is no user check_rlimit_passive, so the service cannot read ${key}; ` +
        'make one, as docs/commands.md says, and run chown check_rlimit_passive of it',
    ]);
    expect(stdout).toContain(`${key} is written, for you alone`);
    expect(status).toBe(0);
  });

  it('asks at a terminal, shows no secret, and what it writes delivers', async () => {
    const daemon = await NscaDaemon.start({ method: 14 });
    try {
      const terminal = new AtTerminal('setup', '-c', file, '--set', `port=${daemon.port}`);
      await terminal.answer('kind of destination [nsca]: ', '');
      await terminal.answer('server (', 'local host');
      await terminal.answer('server (', '127.0.0.1');
      await terminal.answer('host name', 'gw01');
      await terminal.answer('encryption (', 'rijndael-128');
      await terminal.answer('password (not shown; nothing: no password): ', PASSWORD);
      await terminal.answer('send a test result?', '');
      await terminal.ended();
      expect(terminal.shown).toContain('server: "local host" is not a host name or an address');
      expect(terminal.shown).toContain('the test result (open files) was sent; NSCA answers nothing');
      expect(terminal.shown).not.toContain(PASSWORD);
      expect(await daemon.until(1)).toEqual([
        {
          host: 'gw01',
          service: 'open files',
          returnCode: 0,
          output: 'SETUP OK - a test of check_rlimit_passive setup',
        },
      ]);
      expect(modeOf(join(folder, 'nsca.password'))).toBe('600');
    } finally {
      await daemon.stop();
    }
  });

  it('writes nothing when the terminal is left', async () => {
    const terminal = new AtTerminal('setup', '-c', file);
    await terminal.answer('kind of destination', '');
    await terminal.answer('server (', '\u0003', '');
    await terminal.ended();
    expect(terminal.shown).toContain('the questions were not answered: nothing was written');
    expect(readdirSync(folder)).toEqual([]);
  });

  /** With this on standard input. */
  async function piped(input: string, ...options: string[]) {
    const child = spawn(COMMAND, ['setup', '-c', file, ...options], { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.stdin.on('error', () => undefined).end(input);
    const [status] = (await once(child, 'close')) as [number];
    return { status, stdout, stderr };
  }
});

/** The command with a terminal, as script(1) makes one. */
class AtTerminal {
  shown = '';
  readonly #child;
  readonly #closed;
  #read = 0;
  #wake: () => void = () => undefined;

  constructor(...parameters: string[]) {
    const line = [COMMAND, ...parameters].map((each) => `'${each}'`).join(' ');
    this.#child = spawn('script', ['-qec', line, '/dev/null'], { stdio: 'pipe' });
    this.#child.stdout.on('data', (data: Buffer) => {
      this.shown += data.toString();
      this.#wake();
    });
    this.#closed = once(this.#child, 'close').then(() => {
      this.#wake();
    });
  }

  /** When it has been asked. */
  async answer(question: string, text: string, end = '\r'): Promise<void> {
    while (!this.shown.includes(question, this.#read)) {
      if (this.#child.exitCode !== null) throw new Error(`it has ended: ${this.shown}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#read = this.shown.length;
    this.#child.stdin.write(text + end);
  }

  ended(): Promise<void> {
    return this.#closed;
  }
}
