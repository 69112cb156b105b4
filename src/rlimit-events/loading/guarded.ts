import type { BpfObject } from '../../ffi/index.js';
import { countFound, encodeGuarded } from '../layout/index.js';

/**
 * Tells the net where the kernel counts, for each of these programs and each CPU, that a task is inside it
 * (bpf/guarded.h). Call it for a loaded object, before the net is attached.
 */
export function guard(object: BpfObject, programs: readonly string[]): void {
  const memory = object.memory('.data.guarded');
  memory.write(encodeGuarded(programs.map((program) => object.programId(program))));
  object.iterate('find_guarded');
  const found = countFound(memory.read(), programs.length);
  if (found !== programs.length)
    throw new Error(`of ${programs.length} programs the kernel has listed only ${found}`);
}
