import { readFileSync, writeFileSync } from 'node:fs';

/** How many slots bpf/core/budgets.bpf.h has, by the low bits of the pid. */
const SLOTS = 32_768;
const PID_MAX = '/proc/sys/kernel/pid_max';
/** CONFIG_CHECKPOINT_RESTORE, which Debian's kernels have. */
const LAST_PID = '/proc/sys/kernel/ns_last_pid';

/** Starts processes whose pids have the low bits of another's, so that they want the same slot. */
export class Alike {
  readonly #pidMax = readFileSync(PID_MAX, 'utf8');

  constructor() {
    writeFileSync(PID_MAX, '4194304');
  }

  restore(): void {
    writeFileSync(PID_MAX, this.#pidMax);
  }

  /** Starts until the pid is right: anybody may take the one that was meant. */
  async start<T>(
    pid: number,
    start: () => Promise<T>,
    { pidOf, end }: { pidOf: (started: T) => number; end: (started: T) => Promise<void> },
  ): Promise<T> {
    for (let turn = 1; turn < 100; turn++) {
      writeFileSync(LAST_PID, String(pid + turn * SLOTS - 1));
      const started = await start();
      if (pidOf(started) % SLOTS === pid % SLOTS) return started;
      await end(started);
    }
    throw new Error(`no process got a pid like ${pid}`);
  }
}
