import * as z from 'zod';
import { RlimitEventsError, type Group } from 'rlimit-events';
import { wants } from '../schema/index.js';
import { NOTHING_TO_KEEP, type SelectorKind } from './selector.js';

/** One process, until it ends. */
export interface PidSelector {
  readonly kind: 'pid';
  readonly pid: number;
}

/** PID_MAX_LIMIT of a 64-bit kernel (include/linux/threads.h); a pid is below it. */
const PID_LIMIT = 4_194_304;

const message = wants('a process id', 'pid: 4711');

export const pid: SelectorKind<PidSelector> = {
  kind: 'pid',
  schema: () =>
    z
      .int(message)
      .min(1, message)
      .lt(PID_LIMIT, message)
      .transform((number) => ({ kind: 'pid', pid: number })),
  text: { about: 'that process, until it ends', example: 4711 },
  matches: [],
  /** @throws RlimitEventsError no-such-process */
  start(group, selector) {
    group.add(selector.pid);
    return NOTHING_TO_KEEP;
  },
  find: ({ pid }, processes) =>
    processes.some((each) => each.pid === pid)
      ? { pids: [pid] }
      : { pids: [], missing: `there is no process ${pid}` },
};

/** Makes a process a member; false if there is no such process. */
export function addIfThere(group: Group, pid: number): boolean {
  try {
    group.add(pid);
    return true;
  } catch (error) {
    if (!(error instanceof RlimitEventsError) || error.code !== 'no-such-process') throw error;
    return false;
  }
}
