import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used of the processor since it started. */
export interface Usage {
  /** Voluntary and involuntary context switches of all its threads. */
  readonly switches: number;
  /** ms on a processor, of all its threads. */
  readonly cpu: number;
}

export function usageOf(pid: number): Usage {
  let switches = 0;
  let cpu = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    for (const [, count] of readFileSync(`${folder}/status`, 'utf8').matchAll(/ctxt_switches:\s*(\d+)/g))
      switches += Number(count);
    cpu += Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  }
  return { switches, cpu };
}

/** ms of a tick of /proc/PID/stat. */
const TICK = 10;

/** ms on a processor, of all its threads and of the children that it has waited for. */
export function cpuWithChildren(pid: number): number {
  const [, afterName = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  // The 16th and 17th of all, of which the third is the first here.
  const [user, system] = afterName.split(' ').slice(13, 15).map(Number);
  return usageOf(pid).cpu + ((user ?? NaN) + (system ?? NaN)) * TICK;
}

/** MiB that a process has in memory, and its part of them when shared pages are divided among their users. */
export function memoryOf(pid: number): { readonly rss: number; readonly pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
  return { rss: mib('Rss'), pss: mib('Pss') };
}
