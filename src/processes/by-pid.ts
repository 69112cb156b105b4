import { RlimitEventsError, type Group } from '../rlimit-events/index.js';
import type { SelectorLog } from './selector.js';

/** Whether there is such a process: it is a member then. */
export function selectByPid(group: Group, pid: number, log: SelectorLog): boolean {
  try {
    group.add(pid);
    return true;
  } catch (error) {
    if (!(error instanceof RlimitEventsError) || error.code !== 'no-such-process') throw error;
    log('warning', `there is no process ${pid}; nobody is watched for it`);
    return false;
  }
}
