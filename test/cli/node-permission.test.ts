import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageOf } from '../../plugins/node-permission.js';
import { AgentFolder, NOWHERE } from '../support/agent-config.js';
import { COMMAND, Program } from '../../rig/programs/command.js';

/** Node.js 20 has it under another name, and does not let its own main file be read. */
const hasIt = process.allowedNodeEnvironmentFlags.has('--permission');
/** Node.js 25 and later. */
const hasNet = process.allowedNodeEnvironmentFlags.has('--allow-net');
const READ = '--allow-fs-read=*';
const ADDONS = '--allow-addons';
const NET = hasNet ? ['--allow-net'] : [];

describe('what the permission model refuses', () => {
  it.each<[object, string]>([
    [
      { code: 'ERR_DLOPEN_DISABLED' },
      'Node.js may not load native addons: give it --allow-addons besides --permission, and not --no-addons',
    ],
    [
      { code: 'ERR_ACCESS_DENIED', permission: 'FileSystemRead', resource: '/etc/x' },
      'Node.js runs with --permission and refuses FileSystemRead (/etc/x): give it --allow-fs-read=* as well',
    ],
    [
      { code: 'ERR_ACCESS_DENIED', permission: 'Net', resource: '' },
      'Node.js runs with --permission and refuses Net: give it --allow-net as well',
    ],
    [{ code: 'ERR_ACCESS_DENIED', permission: 'Dreaming' }, 'what Node.js says'],
    [{ code: 'EACCES' }, 'what Node.js says'],
  ])('%j', (properties, message) => {
    expect(messageOf(Object.assign(new Error('what Node.js says'), properties))).toBe(message);
  });
});

if (!hasIt)
  it('this Node.js has no --permission', async () => {
    const { status } = await new Program(process.execPath, ['--permission', '-e', '0']).finished();
    expect(status).toBe(9);
  });
else
  describe('node --permission', () => {
    let folder: AgentFolder;

    beforeEach(() => {
      folder = new AgentFolder();
      folder.write({ fds: { pid: process.pid, keys: 'warning: 100%' } }, NOWHERE);
    });

    afterEach(() => {
      folder.remove();
    });

    const start = (parameters: string[], ...flags: string[]) =>
      // Node.js warns that an addon can do what it wants, and that --allow-net is young.
      new Program(COMMAND, parameters, {
        ...folder.environment,
        NODE_OPTIONS: ['--no-warnings', '--permission', ...flags].join(' '),
      });

    const once = () => ['--once', '-c', folder.config];
    const selected = ['--pid', String(process.pid), '-w', '100%'];

    it.each<[string, string[]]>([
      ['--version', ['--version']],
      ['the agent', ['-c', '/nonexistent/file']],
      ['--once', ['--once', ...selected]],
    ])('without --allow-fs-read, %s', async (_name, parameters) => {
      const { status, stdout, stderr } = await start(parameters, ADDONS, ...NET).finished();
      expect(stderr).toEqual([
        expect.stringMatching(
          /^check_rlimit_passive: Node\.js runs with --permission and refuses FileSystemRead \(.*\/main\.cjs\): give it --allow-fs-read=\* as well$/,
        ),
      ]);
      expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
    });

    it('with --allow-fs-read for the program alone', async () => {
      const own = new URL('../../../', import.meta.url).pathname;
      const { status, stdout, stderr } = await start(
        once(),
        ADDONS,
        `--allow-fs-read=${own}*`,
        ...NET,
      ).finished();
      expect(stdout).toEqual([
        `UNKNOWN - ${folder.config}: Node.js runs with --permission and may not read it; give it --allow-fs-read=* as well`,
      ]);
      expect({ status, stderr }).toEqual({ status: 3, stderr: [] });
    });

    const noAddons =
      'Node.js may not load native addons: give it --allow-addons besides --permission, and not --no-addons';

    it('without --allow-addons, --once', async () => {
      const { status, stdout, stderr } = await start(['--once', ...selected], READ, ...NET).finished();
      expect({ status, stdout, stderr }).toEqual({
        status: 3,
        stdout: [`UNKNOWN - ${noAddons}`],
        stderr: [],
      });
    });

    it.each<[string, string[]]>([
      ['the agent', ['--dry-run', ...selected]],
      ['events', ['events', '--pid', '1', '--level', '5']],
      ['doctor', ['doctor']],
    ])('without --allow-addons, %s', async (_name, parameters) => {
      const { status, stdout, stderr } = await start(parameters, READ, ...NET).finished();
      expect(stderr).toEqual([`check_rlimit_passive: ${noAddons}`]);
      expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
    });

    if (hasNet) {
      const noNet = 'Node.js runs with --permission and refuses Net: give it --allow-net as well';

      it('without --allow-net, --once', async () => {
        const { status, stdout, stderr } = await start(once(), READ, ADDONS).finished();
        expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: [`UNKNOWN - ${noNet}`], stderr: [] });
      });

      it.each<[string, () => string[]]>([
        ['the agent', () => ['-c', folder.config]],
        ['status', () => ['status']],
        ['receive', () => ['receive', '--port', '0']],
      ])('without --allow-net, %s', async (_name, parameters) => {
        const { status, stdout, stderr } = await start(parameters(), READ, ADDONS).finished();
        expect(stderr).toEqual([`check_rlimit_passive: ${noNet}`]);
        expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
      });
    } else
      it('this Node.js lets everything connect', async () => {
        const { stderr } = await start(once(), READ, ADDONS).finished();
        expect(stderr).toEqual([expect.stringContaining('is nsca running there')]);
      });

    it('without --allow-fs-write', async () => {
      const agent = start(['-c', folder.config], READ, ADDONS, ...NET);
      try {
        const told = () => agent.stderr.find((line) => line.includes('cannot be written'));
        await agent.until(() => told() !== undefined);
        expect(told()).toMatch(
          new RegExp(
            `\\(ERR_ACCESS_DENIED\\): what waits is lost if the agent ends; give Node\\.js --allow-fs-write=${folder.path}/\\*$`,
          ),
        );
      } finally {
        agent.signal('SIGTERM');
        await agent.finished();
      }
    });

    it('with all of them it works', async () => {
      const { status, stdout, stderr } = await start(['--once', ...selected], READ, ADDONS).finished();
      expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
      expect(stdout).toEqual([expect.stringMatching(/^FDS OK - /)]);
    });
  });
