import { existsSync } from 'node:fs';
import { unsupported } from '../refusals.js';
import { seenByFunctions } from './functions.js';
import type { Mode } from './mode.js';

/** perf's kprobes, there from 4.17 on if the kernel has kprobes at all. */
const KERNEL_KPROBES = '/sys/bus/event_source/devices/kprobe';

/** The functions of `fentry` by kprobes, where there are no trampolines (bpf/hooks/functions.bpf.h). */
export const kprobe: Mode = {
  name: 'kprobe',
  ...seenByFunctions('kprobe', [
    {
      kind: 'kprobe',
      functions: ['do_prlimit'],
      programs: ['kprobe__do_prlimit', 'kretprobe__do_prlimit'],
    },
  ]),
  remedy: 'it has no kprobes (CONFIG_KPROBES), or not on the functions that are needed',
  mustBePossible() {
    if (!existsSync(KERNEL_KPROBES)) throw unsupported(kprobe, `no ${KERNEL_KPROBES}`);
  },
};
