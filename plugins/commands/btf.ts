import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectsDigest, objectsWithoutBtf, readKernelImage, withMark } from 'rlimit-events';
import { printable } from '../../src/text/index.js';
import { CommandError } from '../exit-codes.js';

export interface BtfOptions {
  readonly vmlinux: string;
}

interface Tool {
  readonly name: string;
  /** The package of Debian and of Yocto that it is in. */
  readonly install: string;
  /** The first that has what is wanted of it. */
  readonly least: string;
}

const PAHOLE: Tool = {
  name: 'pahole',
  install: 'apt-get install pahole (dwarves before Debian 12)',
  least: 'version 1.22',
};
const BPFTOOL: Tool = { name: 'bpftool', install: 'apt-get install bpftool', least: 'that of Linux 5.18' };

/**
 * `check_rlimit_passive btf --vmlinux FILE`: the types of a kernel that the programs need, some kilobytes, for the
 * machine that runs this kernel without BTF. Made where the kernel is built, by bpftool and, of DWARF, by pahole.
 */
export function btf({ vmlinux }: BtfOptions): void {
  if (process.stdout.isTTY)
    throw new CommandError('what this makes is not for a terminal: btf --vmlinux FILE > RELEASE.btf');
  const image = read(vmlinux);
  const folder = mkdtempSync(join(tmpdir(), 'check_rlimit_passive-'));
  try {
    const whole = image.types === 'btf' ? vmlinux : join(folder, 'whole.btf');
    if (image.types === 'dwarf') run(PAHOLE, [`--btf_encode_detached=${whole}`, vmlinux]);
    const small = join(folder, 'small.btf');
    const objects = objectsWithoutBtf().map((bytes, index) => {
      const file = join(folder, `${index}.bpf.o`);
      writeFileSync(file, bytes);
      return file;
    });
    run(BPFTOOL, ['gen', 'min_core_btf', whole, small, ...objects]);
    const marked = withMark(readFileSync(small), { buildId: image.buildId, objects: objectsDigest() });
    if (!marked) throw new CommandError(`bpftool has made something else than BTF of ${vmlinux}`);
    process.stdout.write(marked);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(vmlinux: string) {
  let image;
  try {
    image = readKernelImage(vmlinux);
  } catch (error) {
    throw new CommandError(
      `${vmlinux} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    );
  }
  if (typeof image === 'string') throw new CommandError(`${vmlinux} ${image}`);
  return image;
}

function run({ name, install, least }: Tool, options: readonly string[]): void {
  const { status, error, stderr } = spawnSync(name, options, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    // Debian has bpftool where only root looks.
    env: { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new CommandError(`${name} is missing: ${install}`);
  if (error) throw new CommandError(`${name} does not run: ${error.message}`);
  if (status === 0) return;
  // What bpftool says of a command that it does not know, and pahole of an option.
  if (/^Usage: |unrecognized option/m.test(stderr))
    throw new CommandError(`this ${name} is too old: it takes ${least}, or a newer one`);
  const lines = stderr.trim().split('\n');
  // Ubuntu's bpftool runs the one of the running kernel; if that is not installed, it names packages behind its warning.
  const line = lines.find((each) => /^(Error|WARNING): /.test(each)) ?? lines.at(-1) ?? '';
  throw new CommandError(`${name} ${String(options[0])} failed: ${printable(line)}`);
}
