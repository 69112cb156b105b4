import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface BpfId {
  readonly kind: 'prog' | 'map' | 'link';
  readonly id: string;
}

/** The BPF programs, maps and links that a process holds open, by its fdinfo. */
export function bpfIdsOf(pid: number): BpfId[] {
  const folder = `/proc/${pid}/fdinfo`;
  return readdirSync(folder).flatMap((fd) => {
    const info = readIfThere(`${folder}/${fd}`);
    return [...info.matchAll(/^(prog|map|link)_id:\s*(\d+)/gm)].map(
      ([, kind, id]) => ({ kind, id }) as unknown as BpfId,
    );
  });
}

/** Among this process's own is the descriptor that the folder was read by. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Whether the kernel still has it. */
export function isLoaded({ kind, id }: BpfId): boolean {
  return spawnSync('bpftool', [kind, 'show', 'id', id], { stdio: 'ignore' }).status === 0;
}
