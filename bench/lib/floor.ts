import { existsSync, readFileSync } from 'node:fs';
import { BpfObject } from '../../src/ffi/index.js';
import type { AttachMode } from '../../src/rlimit-events/index.js';
import { thisKernel } from '../../src/rlimit-events/loading/this-kernel.js';
import { compiledBpf } from './compiled.js';

/** Where an empty program stands: the hooks of an attach mode, or only the one that installs descriptors. */
export type Floor = AttachMode | 'install';

const CLOSING = ['filp_flush', 'filp_close'] as const;
/** The macro, and the programs that there are with it. */
const PARTS: Record<Floor, { readonly macro: string; readonly programs: readonly string[] }> = {
  tracepoint: { macro: 'SYS_EXIT', programs: ['floor_sys_exit'] },
  fentry: { macro: 'FENTRY', programs: ['floor_install', 'floor_close'] },
  kprobe: { macro: 'KPROBE', programs: ['floor_install', 'floor_close'] },
  install: { macro: 'INSTALL', programs: ['floor_install'] },
};

/** Of the tracepoint: where a kernel preempts the kind that knows its types, and where it has none. */
const CLASSIC = 'CLASSIC';
const RAW = 'RAW';

/** Every object that attachFloor() can need, on any kernel. */
export function compileFloors(): void {
  const macros = [...Object.values(PARTS).map(({ macro }) => macro), CLASSIC, RAW];
  for (const macro of macros) for (const closing of CLOSING) compiledFor(macro, closing);
}

/** The file of the empty programs for a floor on this kernel. */
export function floorObject(floor: Floor): string {
  return compiledFor(macroHere(floor), closingFunction(floor));
}

/** Attaches empty programs, and gives what takes them away again. */
export function attachFloor(floor: Floor): () => void {
  const object = new BpfObject(readFileSync(floorObject(floor)));
  object.load();
  for (const program of PARTS[floor].programs) object.attach(program);
  return () => {
    object.close();
  };
}

function compiledFor(macro: string, closing: string): string {
  return compiledBpf('floor', [macro, `CLOSING=${closing}`]);
}

/** Of the tracepoint the kind that this kernel has and does not preempt, as ours is. */
function macroHere(floor: Floor): string {
  if (floor !== 'tracepoint') return PARTS[floor].macro;
  if (thisKernel.preempts('system-call')) return CLASSIC;
  return existsSync('/sys/kernel/btf/vmlinux') ? PARTS.tracepoint.macro : RAW;
}

/** As plan.ts of rlimit-events chooses it, where a program stands there. */
function closingFunction(floor: Floor): string {
  const [whereThereIs, elsewhere] = CLOSING;
  if (!PARTS[floor].programs.includes('floor_close')) return elsewhere;
  return readFileSync('/proc/kallsyms', 'utf8').includes(` ${whereThereIs}\n`) ? whereThereIs : elsewhere;
}
