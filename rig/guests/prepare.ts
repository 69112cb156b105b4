import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Kernel } from './kernels.js';
import type { Architecture } from './architecture.js';
import { machines } from './machines.js';
import { PrepareError } from './prepare-error.js';
import { takeBtfAway } from './without-btf/index.js';
import { checkout, scripts, type Places } from './places.js';

/** Fetches the kernel unless the cache has it, and builds the initramfs. Answers with the kernel's release. */
export async function prepare(kernel: Kernel, places: Places, signal: AbortSignal): Promise<string> {
  const { architecture, suite, version, flavour } = kernel;
  await prepareRoot(architecture, signal);
  if (!existsSync(places.kernel)) {
    mkdirSync(dirname(places.kernel), { recursive: true });
    await script('fetch', [architecture, suite, version, flavour, places.kernel], signal);
  }
  const release = releaseOf(places);
  const { root, objcopy } = machines[architecture];
  const modulesBy = kernel.hasBtf ? [] : [objcopy];
  await script('build-initramfs', [places.kernel, root, places.initramfs, ...modulesBy], signal);
  if (!kernel.hasBtf) {
    takeBtfAway(architecture, `${places.kernel}/vmlinuz`, places.withoutBtf, places.vmlinux);
    await makeTypes(places.vmlinux, places.types, signal);
  }
  return release;
}

/** As who builds a kernel without BTF does. */
async function makeTypes(vmlinux: string, file: string, signal: AbortSignal): Promise<void> {
  const command = '"$1" "$2" btf --vmlinux "$3" >"$4"';
  await run(
    'check_rlimit_passive btf',
    'sh',
    ['-c', command, 'sh', process.execPath, `${checkout}/dist/bin/main.cjs`, vmlinux, file],
    signal,
  );
}

/** The oldest release whose Node.js is new enough. */
const ROOT_SUITE = 'trixie';
const ROOT_PACKAGES = [
  // What installs packages, and what the scripts of ours ask.
  ...['apt', 'diffutils', 'dpkg', 'init-system-helpers', 'passwd', 'perl-base', 'systemd', 'tar'],
  ...['bash', 'bpftool', 'busybox-static', 'coreutils', 'dash', 'findutils', 'grep', 'hostname', 'kmod'],
  ...['libbpf1', 'libc-bin', 'mount', 'nodejs', 'procps', 'sed', 'util-linux'],
];

/** A root of another architecture than this machine's is built, unless the cache has it; the checkout in it is renewed. */
async function prepareRoot(architecture: Architecture, signal: AbortSignal): Promise<void> {
  const { root, checkout: copy, foreign } = machines[architecture];
  if (!foreign) return;
  await script('../../scripts/setup', [`kernels-${architecture}`], signal);
  if (!existsSync(root))
    await script('build-root', [architecture, ROOT_SUITE, root, ...ROOT_PACKAGES], signal);
  await script(
    'build-checkout',
    [foreign.cpu, foreign.compiler, foreign.compiler32, `${root}${copy}`],
    signal,
  );
}

/** What the kernel of a folder calls itself. */
export function releaseOf(places: Places): string {
  const [release] = readdirSync(`${places.kernel}/lib/modules`);
  if (release === undefined) throw new PrepareError(`${places.kernel} holds no kernel: delete it`);
  return release;
}

async function script(name: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  await run(name, 'sh', [`${scripts}/${name}`, ...args], signal);
}

async function run(
  name: string,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await promisify(execFile)(program, args, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const { stderr } = error as { stderr: string };
    process.stderr.write(stderr);
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new PrepareError(`${name}: ${reason}`, { cause: error });
  }
}
