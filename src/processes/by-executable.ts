import { closeSync, openSync } from 'node:fs';
import type { Group } from '../rlimit-events/index.js';
import { followFile } from './followed-file.js';
import type { Selecting, SelectorLog } from './selector.js';

/** open(2): needs no permission to read. The same number on x86 and arm64 (asm-generic/fcntl.h). */
const O_PATH = 0o10000000;

/**
 * The processes that run a file, also after it was replaced. Those that still run the old one stay, and so
 * does its match: there is one for each upgrade since the start.
 */
export function selectByExecutable(group: Group, path: string, log: SelectorLog): Selecting {
  let matched = '';
  const match = () => {
    const executable = identify(group, path);
    if (!executable) return;
    const key = `${executable.device} ${executable.inode}`;
    if (key === matched) return;
    matched = key;
    group.match({ kind: 'exe', ...executable });
  };
  // Followed first: what is put there in between is not missed.
  const following = followFile(path, match, log);
  match();
  if (matched === '') log('warning', `${path} is not there; it is watched when it is`);
  return following;
}

/** What the kernel knows the file by. stat(2) can tell another device, as on btrfs. */
function identify(group: Group, path: string): ReturnType<Group['identify']> {
  let fd: number;
  try {
    fd = openSync(path, O_PATH);
  } catch {
    return undefined;
  }
  try {
    return group.identify(fd);
  } finally {
    closeSync(fd);
  }
}
