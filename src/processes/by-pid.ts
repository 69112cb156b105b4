import { RlimitEventsError, type Group } from '../rlimit-events/index.js';

/** Whether there is such a process: it is a member then. */
export function selectByPid(group: Group, pid: number): boolean {
  try {
    group.add(pid);
    return true;
  } catch (error) {
    if (!(error instanceof RlimitEventsError) || error.code !== 'no-such-process') throw error;
    return false;
  }
}
