import { existsSync } from 'node:fs';
import { unsupported } from '../refusals.js';
import type { Sight } from '../hook.js';
import { seenByFunctions } from './functions.js';
import type { Mode } from './mode.js';

/** perf's kprobes, there from 4.17 on if the kernel has kprobes at all. */
const KERNEL_KPROBES = '/sys/bus/event_source/devices/kprobe';

function fromEntryToReturn(name: string): Sight {
  return [{ kind: 'kprobe', functions: [name], programs: [`kprobe__${name}`, `kretprobe__${name}`] }];
}

/** The functions of `fentry` by kprobes, where there are no trampolines (bpf/hooks/functions.bpf.h). */
export const kprobe: Mode = {
  name: 'kprobe',
  ...seenByFunctions('kprobe', fromEntryToReturn('do_prlimit'), fromEntryToReturn('do_dup2')),
  remedy: 'it has no kprobes (CONFIG_KPROBES), or not on the functions that are needed',
  mustBePossible() {
    if (!existsSync(KERNEL_KPROBES)) throw unsupported(kprobe, `no ${KERNEL_KPROBES}`);
  },
};
