import { mayTraceFunctions } from '../../../ffi/index.js';
import { RlimitEventsError } from '../../errors.js';
import { explain } from '../refusals.js';
import { byFunction, oneOf } from '../sight.js';
import { seenByFunctions } from './functions.js';
import type { Mode } from './mode.js';

/**
 * Trampolines at the functions that install and remove descriptors (bpf/hooks/functions.bpf.h). The cheapest, and
 * nothing at all for a system call that has nothing to do with descriptors.
 */
export const fentry: Mode = {
  name: 'fentry',
  ...seenByFunctions(
    'fentry',
    oneOf(...byFunction('fentry', 'return', 'do_prlimit')),
    oneOf(...byFunction('fentry', 'return', 'do_dup2')),
  ),
  remedy: 'it has no BPF trampolines (CONFIG_FUNCTION_TRACER with direct calls) or does not let them be used',
  mustBePossible({ file }) {
    if (file !== undefined)
      throw new RlimitEventsError(
        'unsupported',
        'this kernel cannot do attach mode fentry: it was built without BTF (CONFIG_DEBUG_INFO_BTF), which no file can stand for here',
      );
    try {
      mayTraceFunctions();
    } catch (error) {
      throw explain(error, fentry);
    }
  },
};
