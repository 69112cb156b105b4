import { readFileSync } from 'node:fs';
import { BpfObject } from '../../src/ffi/index.js';
import type { AttachMode, Resource } from '../../src/rlimit-events/index.js';
import { planFor } from '../../src/rlimit-events/loading/plan.js';
import { thisKernel } from '../../src/rlimit-events/loading/this-kernel.js';
import { compiledBpf } from './compiled.js';

const NAME = 'empty';

export function compileEmpty(): string {
  return compiledBpf(NAME);
}

/** Attaches an empty program wherever watching a resource has one, and gives what takes them away again. */
export function attachEmpty(resource: Resource, mode: AttachMode): () => void {
  const { attached, skipped } = planFor(resource, mode, [], thisKernel);
  const object = new BpfObject(readFileSync(compileEmpty()));
  for (const program of skipped) object.skipProgram(program);
  object.load();
  for (const program of attached) object.attach(program);
  return () => {
    object.close();
  };
}
