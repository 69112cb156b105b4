import { systemCallEnd } from '../sight.js';
import type { Mode } from './mode.js';

const END = systemCallEnd('syscall_ends');

/**
 * The end of every system call, on every kernel (bpf/hooks/tracepoint.bpf.h). It misses what io_uring does without a
 * system call until the next one.
 */
export const tracepoint: Mode = {
  name: 'tracepoint',
  where: 'system-call',
  descriptors: [END],
  memory: { as: [], data: [], stack: [], memlock: [] },
  // prlimit(2) is seen there as well.
  limits: END,
  queues: [],
  signals: [],
  signalsByOthers: [],
  userIsSet: systemCallEnd('setuid_ends'),
  userHasOneLess: [],
  remedy: 'it is too old or built without BPF tracing (CONFIG_BPF_EVENTS)',
  mustBePossible: () => undefined,
};
