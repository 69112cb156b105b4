import type { BpfObject } from '../../ffi/index.js';
import { countFound, encodeGuarded } from '../layout/index.js';

/**
 * Lets the net under the programs know where the kernel counts who is inside each of these (bpf/guarded.h). For an
 * object that is loaded, before the net is attached.
 */
export function guard(object: BpfObject, programs: readonly string[]): void {
  const memory = object.memory('.data.guarded');
  memory.write(encodeGuarded(programs.map((program) => object.programId(program))));
  object.iterate('find_guarded');
  const found = countFound(memory.read(), programs.length);
  if (found !== programs.length)
    throw new Error(`of ${programs.length} programs the kernel has listed only ${found}`);
}
