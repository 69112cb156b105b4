import { closeSync, openSync } from 'node:fs';
import { watchUrgent, type LoopWatch } from '../ffi/index.js';
import type { Selecting } from './selector.js';

const followers = new Set<() => void>();
let open: { readonly fd: number; readonly watch: LoopWatch } | undefined;

/**
 * Calls back when a file system is mounted or unmounted where this process sees it: a path can lead to another file
 * then, of which inotify(7) tells nothing. The kernel tells by the table of mounts, which polls urgent when it has
 * changed (mounts_poll() in fs/proc_namespace.c).
 */
export function followMounts(onChange: () => void): Selecting {
  followers.add(onChange);
  open ??= watchTable();
  return {
    stop: () => {
      followers.delete(onChange);
      if (followers.size > 0 || !open) return;
      open.watch.close();
      closeSync(open.fd);
      open = undefined;
    },
  };
}

function watchTable(): typeof open {
  const fd = openSync('/proc/self/mountinfo', 'r');
  const watch = watchUrgent(fd, tell);
  // Whoever follows would live on without it.
  watch.unref();
  // The event loop waits for it from its next turn on: what has changed until then is looked for after that.
  setImmediate(tell).unref();
  return { fd, watch };
}

function tell(): void {
  for (const follower of [...followers]) follower();
}
