import { beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND, Program } from '../../rig/programs/command.js';

const DEMO = new URL('../../scripts/demo.js', import.meta.url).pathname;
const EVENTS = [COMMAND, 'events', '--pid', String(process.pid), '--level', '5000'];

/** Runs a command in a mount namespace of its own, after the machine has lost something there. */
const after = (loss: string, command: readonly string[]) =>
  new Program('unshare', ['--mount', 'sh', '-c', `${loss} && exec "$@"`, 'sh', ...command]);

/** Root, without what makes it root. */
const withoutCapabilities = (command: readonly string[]) =>
  new Program('setpriv', ['--bounding-set=-all', '--inh-caps=-all', ...command]);

describe('what is missing is said in one line, with status 3', () => {
  let libbpf: string;

  beforeAll(() => {
    const { stdout } = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' });
    libbpf = /libbpf\.so\.1 .*=> (\S+)/.exec(stdout)?.[1] ?? '';
    expect(libbpf).not.toBe('');
  });

  const says = async (program: Program, line: string) => {
    const { status, stdout, stderr } = await program.finished();
    expect(stderr).toEqual([`check_rlimit_passive: ${line}`]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
  };

  const noCapabilities =
    'not permitted: CAP_BPF and CAP_PERFMON missing; run as root or with these capabilities';

  it('capabilities', () => says(withoutCapabilities(EVENTS), noCapabilities));

  it('capabilities, for the agent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'missing-'));
    try {
      const config = join(folder, 'config.yaml');
      writeFileSync(
        config,
        `services:\n  - { service: fds, process: { pid: ${process.pid} }, resource: nofile, warning: 5000 }\n`,
      );
      await says(withoutCapabilities([COMMAND, '-c', config, '--dry-run']), noCapabilities);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('capabilities, for the demo', () => says(withoutCapabilities([process.execPath, DEMO]), noCapabilities));

  it('libbpf', () =>
    says(
      after(`mount --bind /dev/null ${libbpf}`, EVENTS),
      'libbpf.so.1 is missing: install it, on Debian with `apt-get install libbpf1`',
    ));

  it("the kernel's BTF", () =>
    says(
      after('mount -t tmpfs nothing /sys/kernel/btf', EVENTS),
      `this kernel has no /sys/kernel/btf/vmlinux: it needs one built with CONFIG_DEBUG_INFO_BTF, or the file /etc/check_rlimit_passive/btf/${release()}.btf that "check_rlimit_passive btf" makes where the kernel is built (docs/boards.md)`,
    ));
});
