/**
 * Makes of one of Debian's kernels one that behaves as if it had been built without CONFIG_DEBUG_INFO_BTF: it has no
 * types for user space, none for its verifier, and no list of what those would be allowed for.
 *
 * Only code and data are changed, so that all else is what Debian tests: in bpf_get_btf_vmlinux() (kernel/bpf/verifier.c)
 * the way to the types is never taken, and it gives NULL; btf_vmlinux_init() (kernel/bpf/sysfs_btf.c) goes on as if
 * there were none; and .BTF_ids is 0, as such a build has it. Without its types the kernel would refuse all programs, so
 * .BTF stays, and nobody reads it but who makes a file of it on this machine.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Architecture } from '../architecture.js';
import { withoutBtfOnAmd64 } from './amd64.js';
import { withoutBtfOnArm64 } from './arm64.js';

/**
 * @param image file with one of Debian's kernels
 * @param made file for what qemu boots in its place
 * @param vmlinux file for an ELF with its types and its build id, as there is where a kernel is built
 */
export function takeBtfAway(architecture: Architecture, image: string, made: string, vmlinux: string): void {
  const bytes = readFileSync(image);
  if (architecture === 'amd64') {
    const elf = withoutBtfOnAmd64(bytes);
    writeFileSync(made, elf);
    writeFileSync(vmlinux, elf);
  } else {
    const { kernel, types } = withoutBtfOnArm64(bytes);
    writeFileSync(made, kernel);
    writeFileSync(vmlinux, types);
  }
}
