import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiled } from './compiled.js';
import type { Workshop } from './workshop.js';
import type { Program } from '../../rig/programs/command.js';

/** That a process was found to have reached the level, or to be below it again. */
export interface Notice {
  readonly pid: number;
  readonly direction: 'up' | 'down';
  /** ns of CLOCK_MONOTONIC */
  readonly time: number;
}

/** Somebody who asks every so often. */
export interface Poller {
  readonly name: string;
  readonly program: Program;
  notices(): Notice[];
}

/** Polls /proc/PID/fd, in one process for all. */
export async function startPoller(
  workshop: Workshop,
  seconds: number,
  level: number,
  pids: readonly number[],
): Promise<Poller> {
  const program = workshop.program(compiled('poller'), seconds * 1000, level, ...pids);
  await program.until(() => program.stdout.length > 0);
  return {
    name: `polling every ${seconds} s`,
    program,
    notices: () => program.stdout.slice(1).map(toNotice),
  };
}

/** Debian's monit, at a cycle of 5 s. */
export function startMonit(workshop: Workshop, level: number, pids: readonly number[]): Poller {
  const folder = join(workshop.folder, 'monit');
  mkdirSync(folder);
  const notices = join(folder, 'notices');
  const script = join(folder, 'notice');
  writeFileSync(notices, '');
  writeFileSync(script, `#!/bin/sh\necho "$1 $2 $(date +%s%N)" >>'${notices}'\n`, { mode: 0o700 });
  const checks = pids.map((pid) => {
    writeFileSync(join(folder, `${pid}.pid`), `${pid}\n`);
    return [
      `check process p${pid} with pidfile ${folder}/${pid}.pid`,
      `  if filedescriptors >= ${level} then exec "${script} ${pid} up"`,
      `    else if succeeded then exec "${script} ${pid} down"`,
    ].join('\n');
  });
  const file = join(folder, 'monitrc');
  const own = ['pidfile', 'idfile', 'statefile', 'logfile'].map((name) => `set ${name} ${folder}/${name}`);
  writeFileSync(file, ['set daemon 5', ...own, ...checks, ''].join('\n'), { mode: 0o600 });
  const program = workshop.program('monit', '-c', file, '-I');
  return {
    name: 'monit every 5 s',
    program,
    notices: () => readFileSync(notices, 'utf8').split('\n').filter(Boolean).map(toNotice).map(toMonotonic),
  };
}

function toNotice(line: string): Notice {
  const [pid, direction, time] = line.split(' ');
  return { pid: Number(pid), direction: direction === 'up' ? 'up' : 'down', time: Number(time) };
}

/** A script can only ask for the time of day. */
function toMonotonic(notice: Notice): Notice {
  return { ...notice, time: notice.time - Date.now() * 1e6 + Number(process.hrtime.bigint()) };
}
