import type { Sight } from '../hook.js';
import { byFunction, type FunctionHook, oneOf, systemCallEnd } from '../sight.js';
import type { Mode } from './mode.js';

type SeenByFunctions = Pick<Mode, 'where' | 'descriptors' | 'limits' | 'userIsSet' | 'userHasOneLess'>;

/** Called by release_task() for each process and thread that is not counted any more, by its names of all times. */
const RELEASE_NAMES = ['cgroup_release', 'cgroup_task_release'];

/** What two modes see by the same functions of the kernel. */
export function seenByFunctions(hook: FunctionHook, limits: Sight): SeenByFunctions {
  const atEntry = (...names: string[]) => oneOf(...byFunction(hook, 'entry', ...names));
  const atReturn = (...names: string[]) => oneOf(...byFunction(hook, 'return', ...names));
  return {
    where: 'function',
    descriptors: [
      atEntry('fd_install'),
      // Every way of closing passes one of the two after the bit is cleared: filp_close() until close(2) went over to
      // filp_flush() in 6.6 or so (fs/open.c).
      atEntry('filp_flush', 'filp_close'),
      atReturn('do_dup2'),
      atReturn('put_unused_fd'),
      // The function is inlined from 7.2 or so on, into its system call's, which x86 has for 32-bit programs as well.
      atReturn(
        '__close_range',
        '__x64_sys_close_range __ia32_sys_close_range',
        '__x64_sys_close_range',
        '__arm64_sys_close_range',
      ),
      limits,
    ],
    limits,
    userIsSet: oneOf(...byFunction(hook, 'return', 'commit_creds'), ...systemCallEnd('setuid_ends')),
    userHasOneLess: byFunction(hook, 'entry', ...RELEASE_NAMES),
  };
}
