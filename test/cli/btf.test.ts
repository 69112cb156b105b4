import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND, Program } from '../../rig/programs/command.js';
import { pathWith } from '../../rig/programs/path-programs.js';

const EVENTS = ['events', '--pid', String(process.pid), '--step', '1'];

/**
 * In a mount namespace of its own, where the kernel seems to have no BTF. Its verifier has it all the same: what a kernel
 * does that was built without is tested in guests (test/kernels, 6.1-nobtf).
 */
const withoutBtf = (given: string, command: readonly string[]) =>
  new Program('unshare', [
    '--mount',
    'sh',
    '-c',
    `mount -t tmpfs nothing /sys/kernel/btf && ${given} && exec "$@"`,
    'sh',
    COMMAND,
    ...command,
  ]);

const TYPES = '.BTF=/sys/kernel/btf/vmlinux';
const NOTES = '.notes=/sys/kernel/notes';

describe('btf', () => {
  let folder: string;
  let vmlinux: string;
  let file: string;

  /** What a kernel's image has of interest, of the one that runs here. */
  const image = (name: string, ...sections: string[]) => {
    const made = join(folder, name);
    execFileSync('objcopy', [
      ...['-I', 'binary', '-O', 'elf64-little', ...sections.flatMap((each) => ['--add-section', each])],
      ...['/etc/hostname', made],
    ]);
    return made;
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'btf-'));
    file = join(folder, 'kernel.btf');
    vmlinux = image('vmlinux', TYPES, NOTES);
    writeFileSync(file, execFileSync(COMMAND, ['btf', '--vmlinux', vmlinux]));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('makes some kilobytes', () => {
    expect(readFileSync(file).length).toBeGreaterThan(1000);
    expect(readFileSync(file).length).toBeLessThan(10_000);
  });

  it('makes what the kernel is watched by, at a place by its release', async () => {
    const layers = join(folder, 'layers');
    const place = '/etc/check_rlimit_passive/btf';
    const given = [
      `mkdir ${layers} && mount -t tmpfs nothing ${layers} && mkdir ${layers}/upper ${layers}/work`,
      `mount -t overlay -o lowerdir=/etc,upperdir=${layers}/upper,workdir=${layers}/work nothing /etc`,
      `mkdir -p ${place} && cp ${file} ${place}/${release()}.btf`,
    ];
    const events = withoutBtf(given.join(' && '), EVENTS);
    await events.until(() => events.stdout.length > 0);
    expect(events.stdout[0]).toContain('"type":"ready"');
    events.signal('SIGTERM');
    expect((await events.finished()).status).toBe(0);
  });

  it('makes what is taken by --btf', async () => {
    const events = withoutBtf('true', [...EVENTS, '--btf', file]);
    await events.until(() => events.stdout.length > 0);
    expect(events.stdout[0]).toContain('"type":"ready"');
    events.signal('SIGTERM');
    expect((await events.finished()).status).toBe(0);
  });

  const refused = async (change: (btf: Buffer) => Buffer, line: string) => {
    const changed = join(folder, 'changed.btf');
    writeFileSync(changed, change(readFileSync(file)));
    const { status, stdout, stderr } = await withoutBtf('true', [...EVENTS, '--btf', changed]).finished();
    expect(stderr).toEqual([expect.stringContaining(`check_rlimit_passive: ${changed} ${line}`)]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
  };

  const swapped = (btf: Buffer, at: number) => {
    const place = btf.lastIndexOf('check_rlimit_passive:') + 'check_rlimit_passive:'.length + at;
    btf[place] = btf[place] === 0x30 ? 0x31 : 0x30;
    return btf;
  };

  it('is refused for another kernel', () =>
    refused((btf) => swapped(btf, 0), `is of another kernel than the running ${release()}`));

  it('is refused for another version', () =>
    refused((btf) => swapped(btf, 41), 'was made for another version of check_rlimit_passive: make it anew'));

  it('is refused if it does not tell which kernel it is of', () =>
    refused(
      () => readFileSync('/sys/kernel/btf/vmlinux'),
      'does not tell which kernel it is of: make it anew',
    ));

  it('is refused if it is something else', () =>
    refused(() => Buffer.from('btf'), 'is no BTF: make it anew'));

  const problem = async (file: string, environment: NodeJS.ProcessEnv = {}) => {
    const finished = await new Program(COMMAND, ['btf', '--vmlinux', file], environment).finished();
    expect(finished).toEqual({ status: 3, stdout: [], stderr: [expect.any(String)] });
    return finished.stderr[0];
  };

  const says = async (file: string, line: string) => {
    expect(await problem(file)).toContain(`check_rlimit_passive: ${file} ${line}`);
  };

  it('tells what is no kernel', async () => {
    await says('/etc/hostname', 'is no uncompressed kernel: it takes the file vmlinux');
    await says('/nowhere', 'cannot be read (ENOENT)');
    await says(image('without-types', NOTES), 'has neither BTF nor DWARF');
    await says(image('without-notes', TYPES), 'has no build id');
  });

  it('tells of a kernel that is not supported', async () => {
    const headerOf = (elfClass: number, byteOrder: number) => {
      const header = Buffer.alloc(64);
      header.set([0x7f, 0x45, 0x4c, 0x46, elfClass, byteOrder, 1]);
      const made = join(folder, `header-${elfClass}-${byteOrder}`);
      writeFileSync(made, header);
      return made;
    };
    await says(headerOf(1, 1), 'is of a 32-bit kernel, which is not supported');
    await says(headerOf(1, 2), 'is of a 32-bit kernel, which is not supported');
    await says(headerOf(2, 2), 'is of a big-endian kernel, which is not supported');
  });

  it.each([
    [
      'a bpftool that is too old',
      'bpftool',
      TYPES,
      'echo "Usage: bpftool gen skeleton FILE"; echo "       bpftool gen help"; echo; echo "       OPTIONS := { {-j|--json} }"; exit 255',
      'this bpftool is too old: it takes that of Linux 5.18, or a newer one',
    ],
    [
      'a pahole that is too old',
      'pahole',
      '.debug_info=/etc/hostname',
      'echo "pahole: unrecognized option \'$1\'"; echo "Try \\`pahole --help\' for more information."; exit 64',
      'this pahole is too old: it takes version 1.22, or a newer one',
    ],
    [
      'a bpftool that is there for another kernel only',
      'bpftool',
      TYPES,
      'echo "WARNING: bpftool not found for kernel 5.15.0"; echo; echo "    linux-cloud-tools-generic"; exit 2',
      'bpftool gen failed: WARNING: bpftool not found for kernel 5.15.0',
    ],
    [
      'a bpftool that does not like something',
      'bpftool',
      TYPES,
      'echo "libbpf: whatever"; echo "Error: no"; exit 255',
      'bpftool gen failed: Error: no',
    ],
  ])('tells of %s', async (_what, name, types, script, line) => {
    const fakes = mkdtempSync(join(folder, 'fakes-'));
    const environment = { PATH: pathWith(fakes, { [name]: `exec >&2; ${script}` }) };
    expect(await problem(image('with-types', types, NOTES), environment)).toBe(
      `check_rlimit_passive: ${line}`,
    );
  });
});
