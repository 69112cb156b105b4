import * as z from 'zod';
import type { ProcessSelector } from '../config.js';
import {
  absolutePath,
  found,
  parsed,
  Problem,
  section,
  theOne,
  unwanted,
  wants,
} from '../../schema/index.js';
import { unitName } from './unit-name.js';

const example = 'process: { unit: broker.service }';

/** PID_MAX_LIMIT of a 64-bit kernel (include/linux/threads.h); a pid is below it. */
const pidLimit = 4_194_304;

const pid = z
  .int(wants('a process id', 'pid: 4711'))
  .min(1, wants('a process id', 'pid: 4711'))
  .lt(pidLimit, wants('a process id', 'pid: 4711'));

/** TASK_COMM_LEN without its NUL (include/linux/sched.h): what the kernel keeps of a name. */
const longestCommand = 15;

const command = z
  .string(wants('the name of a command', 'command: broker'))
  .min(1, wants('the name of a command', 'command: broker'))
  .superRefine((name, context) => {
    const problem = commandProblem(name);
    if (problem !== undefined) context.addIssue(problem);
  });

function commandProblem(name: string): string | undefined {
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return 'has a control character; write the name as /proc/PID/comm has it';
  if (name.startsWith('/')) return `${found(name)} is a path; write exe: with it, or the name alone`;
  const bytes = Buffer.from(name);
  if (bytes.length <= longestCommand) return undefined;
  const kept = new TextDecoder('utf-8').decode(bytes.subarray(0, longestCommand));
  const remedy = kept.includes('\ufffd')
    ? 'which cuts a letter here, use exe:'
    : `write ${JSON.stringify(kept)}`;
  return `is ${bytes.length} bytes long; the kernel keeps ${longestCommand} of a name, ${remedy}`;
}

const cgroup = absolutePath('a cgroup', 'cgroup: /system.slice/broker.service')
  .superRefine((path, context) => {
    if (path.startsWith('/sys/fs/cgroup/'))
      context.addIssue('begins at the mount; write it from the root of the hierarchy, such as /system.slice');
    else if (path.split('/').some((name) => name === '.' || name === '..'))
      context.addIssue('has . or .. in it; write the path without');
  })
  .transform((path) => `/${path.split('/').filter(Boolean).join('/')}`);

/** One less than (uid_t) -1, which is no user. */
const greatestUid = 4_294_967_294;

const user = parsed((written): string | Problem => {
  const name = typeof written === 'number' ? String(written) : written;
  if (typeof name === 'string' && /^\d+$/.test(name) && Number(name) <= greatestUid)
    return String(Number(name));
  // What useradd takes, and what directories of large houses add to it, such as the user@domain of sssd.
  const isName = typeof written === 'string' && /^(?!\d+$)[^\s\p{C}:,/-][^\s\p{C}:,/]*$/u.test(written);
  return isName ? written : new Problem(unwanted(written, 'a user', 'user: mosquitto, or user: 1000'));
});

const selectors = {
  pid: pid.transform((number): ProcessSelector => ({ kind: 'pid', pid: number })).optional(),
  pidfile: absolutePath('the path of a file', 'pidfile: /run/broker.pid')
    .transform((path): ProcessSelector => ({ kind: 'pidfile', path }))
    .optional(),
  exe: absolutePath('the path of a program', 'exe: /usr/sbin/broker')
    .transform((path): ProcessSelector => ({ kind: 'exe', path }))
    .optional(),
  command: command.transform((name): ProcessSelector => ({ kind: 'command', name })).optional(),
  unit: unitName('unit: broker.service', { processes: true })
    .transform((name): ProcessSelector => ({ kind: 'unit', name }))
    .optional(),
  cgroup: cgroup.transform((path): ProcessSelector => ({ kind: 'cgroup', path })).optional(),
  user: user.transform((name): ProcessSelector => ({ kind: 'user', name })).optional(),
};

export const processSelector = section('a selector of processes', example, selectors).transform(
  (written, context) => theOne<ProcessSelector>(Object.keys(selectors), written, example, context),
);
