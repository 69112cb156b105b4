import { readFileSync } from 'node:fs';
import type { Group } from '../rlimit-events/index.js';
import { selectByPid } from './by-pid.js';
import { followFile } from './followed-file.js';
import type { Selecting, SelectorLog } from './selector.js';

/** The process whose number is in a file, and after it whoever's is written there. */
export function selectByPidFile(group: Group, path: string, log: SelectorLog): Selecting {
  let member: number | undefined;
  const read = () => {
    const pid = pidIn(path, log);
    if (pid === undefined || pid === member) return;
    if (member !== undefined) group.drop(member);
    member = selectByPid(group, pid, log) ? pid : undefined;
  };
  // Followed first: what is written in between is not missed.
  const following = followFile(path, read, log);
  read();
  return following;
}

/** Undefined when there is none, or none yet: a file is empty before it is written. */
function pidIn(path: string, log: SelectorLog): number | undefined {
  const text = textOf(path, log)?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  log('warning', `${path} has no process id; it is read again when it changes`);
  return undefined;
}

function textOf(path: string, log: SelectorLog): string | undefined {
  try {
    return readFileSync(path, 'latin1').slice(0, 100);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') log('warning', `${path} cannot be read: ${message}`);
    return undefined;
  }
}
