import { spawnSync } from 'node:child_process';

/** Takes the control groups away as soon as the last process in them has ended. */
const REMOVE = `
  mount -t cgroup2 none "$1" && cd "$1/$2" || exit
  while grep -q 'populated 1' cgroup.events; do :; done
  cd .. && find "$2" -depth -type d -exec rmdir {} ';'`;

/** @param mountPoint a folder that is there */
export function removeControlGroup(mountPoint: string, name: string): void {
  spawnSync('unshare', ['--mount', 'sh', '-c', REMOVE, 'sh', mountPoint, name]);
}
