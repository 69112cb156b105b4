import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Group } from 'rlimit-events';
import { absolutePath } from '../schema/index.js';
import { askedFile } from './asked-file.js';
import { addIfThere } from './by-pid.js';
import { isPassing, withWords } from './passing.js';
import { startOf } from './processes.js';
import type { OnAnswer, Selecting, SelectorKind, SelectorLog } from './selector.js';

/** The process whose number is in a file. */
export interface PidFileSelector {
  readonly kind: 'pidfile';
  /** Absolute. */
  readonly path: string;
}

export const pidfile: SelectorKind<PidFileSelector> = {
  kind: 'pidfile',
  schema: () =>
    absolutePath('the path of a file', 'pidfile: /run/broker.pid').transform((path) => ({
      kind: 'pidfile',
      path,
    })),
  text: {
    about: 'the process in its first line; the file is followed when it is rewritten',
    example: '/run/broker.pid',
  },
  matches: [],
  start: (group, { path }, log, onAnswer) => selectByPidFile(group, path, log, onAnswer),
  find({ path }, processes) {
    const found = seenIn(path);
    if (found === undefined) return { pids: [], note: `${path} is not there, or empty` };
    if (typeof found === 'string') return { pids: [], note: found };
    const isThere = processes.some(({ pid }) => pid === found);
    return isThere
      ? { pids: [found] }
      : { pids: [], note: `there is no process ${found}, which ${path} names` };
  },
};

/** Whose number was there, in this process: the file may not answer when the configuration is read again. */
const known = new Map<string, { readonly pid: number; readonly start: string | undefined }>();

/** The process whose number is in a file, and after it whoever's is written there. */
function selectByPidFile(group: Group, path: string, log: SelectorLog, onAnswer: OnAnswer): Selecting {
  let member: number | undefined;
  let problem: string | undefined;
  const look = () => {
    const found = pidIn(path);
    const pid = typeof found === 'number' ? found : undefined;
    // Even if it is the same number: it may be another process by now.
    const isMember = pid !== undefined && addIfThere(group, pid);
    if (isMember && member !== undefined && member !== pid) group.drop(member);
    if (isMember) {
      member = pid;
      known.set(path, { pid, start: startOf(pid) });
    }
    const news =
      pid === undefined || isMember ? undefined : `there is no process ${pid}, which ${path} names`;
    const before = problem;
    problem = typeof found === 'string' ? found : news;
    // One write is told by several events.
    if (problem !== undefined && problem !== before) log('warning', problem);
    return typeof found === 'string' && member === undefined ? found : undefined;
  };
  const stay = () => {
    const before = known.get(path);
    if (before?.start === undefined || startOf(before.pid) !== before.start) return undefined;
    if (!addIfThere(group, before.pid)) return undefined;
    member = before.pid;
    return `it stays process ${before.pid} until it is`;
  };
  return askedFile({ path, look, stay, log, onAnswer });
}

/** Or what is wrong with it. Undefined when there is none, or none yet: a file is empty before it is written. @throws what passes */
function pidIn(path: string): number | string | undefined {
  let word: string;
  try {
    word = firstWord(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const words = `${path} cannot be read: ${message}`;
    if (isPassing(error)) throw withWords(error, words);
    return code === 'ENOENT' ? undefined : words;
  }
  if (word === '') return undefined;
  return /^0*[1-9]\d{0,9}$/.test(word)
    ? Number(word)
    : `${path} has no process id in its first line; it is read again when it changes`;
}

/** The same, for who does not look again. */
function seenIn(path: string): ReturnType<typeof pidIn> {
  try {
    return pidIn(path);
  } catch (error) {
    return (error as Error).message;
  }
}

/** More than a number has. */
const MOST_BYTES = 200;

/**
 * The first word. What comes after it is the writer's own: PostgreSQL's has eight lines, sendmail's its command line,
 * the lock file of a serial port the name of the program and of the user, fetchmail's an interval; and some write a
 * whole buffer, with the NUL bytes behind the number.
 */
function firstWord(path: string): string {
  // A pipe has nobody who writes, and would be waited for.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) throw new Error('it is no file');
    const bytes = Buffer.alloc(MOST_BYTES);
    const text = bytes.toString('latin1', 0, readSync(fd, bytes));
    // Of UTF-8, as some editors and frameworks begin a file.
    const [word = ''] = text
      .replace(/^\xef\xbb\xbf/, '')
      .trimStart()
      .split(/[\s\0]/, 1);
    return word;
  } finally {
    closeSync(fd);
  }
}
