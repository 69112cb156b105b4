import type { BpfObject } from '../../ffi/index.js';
import { countFound, encodeUnguarded } from '../layout/index.js';

/**
 * Tells the net where the kernel counts, for each of these programs and each CPU, that a task is inside it
 * (bpf/hooks/unguarded.bpf.h). Call it for a loaded object, before the net is attached.
 */
export function findUnguarded(object: BpfObject, programs: readonly string[]): void {
  const memory = object.memory('.data.unguarded');
  memory.write(encodeUnguarded(programs.map((program) => object.programId(program))));
  object.iterate('find_unguarded');
  const found = countFound(memory.read(), programs.length);
  if (found !== programs.length)
    throw new Error(`of ${programs.length} programs the kernel has listed only ${found}`);
}
