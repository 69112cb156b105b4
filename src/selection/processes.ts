import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

/** A process as /proc shows it to this user, without any right. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Its effective user. */
  readonly uid: number;
  /** In the v2 hierarchy; undefined where there is none. */
  readonly cgroup: string | undefined;
}

/** What of the processes of now a selector means. */
export interface Sighting {
  readonly pids: readonly number[];
  /** What could not be seen, or is not there yet. */
  readonly note?: string;
  /** Why an agent does not start with it, unless its service says what it is when nobody is there. */
  readonly missing?: string;
}

/** All that there are now but those of the kernel and this one. Who ends meanwhile is not among them. */
export function seenProcesses(): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => seen(Number(pid)))
    .filter((each) => each !== undefined);
}

/** Whether only one's own can be seen (hidepid= in proc(5)). */
export function othersAreHidden(): boolean {
  return !existsSync('/proc/1/stat');
}

/** These, and all whose parents are among them. */
export function withChildren(pids: readonly number[], all: readonly SeenProcess[]): number[] {
  const found = new Set(pids);
  // Sets go through what is added meanwhile, too.
  for (const pid of found) for (const each of all) if (each.parent === pid) found.add(each.pid);
  return [...found];
}

/** Those that run the same file, and how many could not be looked at. */
export function running(path: string, all: readonly SeenProcess[]): { pids: number[]; unseen: number } {
  const file = statusOf(path);
  const pids: number[] = [];
  let unseen = 0;
  for (const { pid } of all) {
    const program = statusOf(`/proc/${pid}/exe`);
    if (program === 'refused') unseen++;
    else if (typeof file === 'object' && program?.dev === file.dev && program.ino === file.ino)
      pids.push(pid);
  }
  return { pids, unseen };
}

function statusOf(path: string) {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'refused' : undefined;
  }
}

/** PF_KTHREAD (include/linux/sched.h). */
const KERNEL_THREAD = 0x0020_0000;

function seen(pid: number): SeenProcess | undefined {
  try {
    // The name may hold anything, also a bracket.
    const [, name = '', rest = ''] = /\((.*)\) (.*)/s.exec(read(pid, 'stat')) ?? [];
    const [, parent, , , , , flags] = rest.split(' ').map(Number);
    const [, uid] = /^Uid:\t\d+\t(\d+)/m.exec(read(pid, 'status')) ?? [];
    if (((flags ?? 0) & KERNEL_THREAD) !== 0) return undefined;
    const [, cgroup] = /^0::(.*)$/m.exec(read(pid, 'cgroup')) ?? [];
    return { pid, parent: parent ?? 0, name, uid: Number(uid), cgroup };
  } catch {
    return undefined;
  }
}

/** When it was started, by which it can be told from another that has its number later; undefined: it is gone. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = read(pid, 'stat');
    // The 22nd field (proc_pid_stat(5)); the name before the third may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function read(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}
