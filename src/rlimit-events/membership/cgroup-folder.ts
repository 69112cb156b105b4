import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RlimitEventsError } from '../errors.js';

/**
 * The id of a cgroup of the v2 hierarchy: the inode number of its folder (kernfs), which no later one
 * gets. Undefined when there is no such cgroup now.
 *
 * @param path from the root of the hierarchy, as in /proc/PID/cgroup
 * @throws RlimitEventsError unsupported where no v2 hierarchy is mounted
 */
export function cgroupId(path: string): bigint | undefined {
  return statSync(join(cgroupMount(), path), { bigint: true, throwIfNoEntry: false })?.ino;
}

/** /sys/fs/cgroup, or /sys/fs/cgroup/unified where v1 is in use as well. */
function cgroupMount(): string {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  // proc(5): id, parent, device, root, mount point, options, any number of fields, -, file system type
  const point = /^\d+ \d+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(mounts)?.[1];
  if (point === undefined)
    throw new RlimitEventsError('unsupported', 'no cgroup v2 hierarchy is mounted: match by something else');
  return point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
