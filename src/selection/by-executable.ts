import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Group } from 'rlimit-events';
import { absolutePath } from '../schema/index.js';
import { askedFile } from './asked-file.js';
import { keptName } from './comm.js';
import { isPassing, withWords } from './passing.js';
import { running } from './processes.js';
import type { OnAnswer, Selecting, SelectorKind, SelectorLog } from './selector.js';

/** The processes that run a program, by its file. */
export interface ExecutableSelector {
  readonly kind: 'exe';
  /** Absolute. */
  readonly path: string;
}

export const exe: SelectorKind<ExecutableSelector> = {
  kind: 'exe',
  schema: () =>
    absolutePath('the path of a program', 'exe: /usr/sbin/broker').transform((path) => ({
      kind: 'exe',
      path,
    })),
  text: { about: 'whoever runs that file; an upgraded file is followed', example: '/usr/sbin/broker' },
  matches: ['exe'],
  start: (group, { path }, log, onAnswer) => selectByExecutable(group, path, log, onAnswer),
  find({ path }, processes) {
    const { pids, unseen } = running(path, processes);
    const old = deletedPrograms(path).map((link) => Number(link.split('/')[2]));
    const problem = existsSync(path) ? whyNobodyRuns(path) : 'is not there; it is watched when it is';
    const notes = [
      problem !== undefined && `${path} ${problem}`,
      unseen > 0 && `what others run (${unseen}) cannot be seen by this user`,
    ].filter((note) => note !== false);
    return { pids: [...pids, ...old], ...(notes.length > 0 && { note: notes.join('; ') }) };
  },
};

/** open(2): needs no permission to read. The same number on x86 and arm64 (asm-generic/fcntl.h). */
const O_PATH = 0o10000000;

/** A file that is matched. While it is open, no other file gets its inode number. */
interface Matched {
  readonly fd: number;
  readonly executable: NonNullable<ReturnType<Group['identify']>>;
}

/** What is matched for each path now: the next agent goes on with it when the configuration is read again. */
const matchedNow = new Map<string, Set<Matched[]>>();

/**
 * The processes that run a file, also after it was replaced. Those that still run an old one stay: it is
 * matched, and kept open, until nobody is found to run it at a later replacement.
 */
function selectByExecutable(group: Group, path: string, log: SelectorLog, onAnswer: OnAnswer): Selecting {
  const matched: Matched[] = [];
  const matchOld = (links: readonly string[]) => {
    for (const link of links) {
      const old = replacedFile(group, link, matched);
      if (!old) continue;
      take(group, old);
      matched.unshift(old);
    }
  };
  try {
    matchOld([...(matchedNow.get(path) ?? [])].flat().map(({ fd }) => `/proc/self/fd/${fd}`));
  } catch (error) {
    for (const { fd } of matched) closeSync(fd);
    throw error;
  }
  let wasSeen = false;
  let told = '';
  const look = () => {
    const isFirst = !wasSeen;
    if (isFirst) matchOld(deletedPrograms(path));
    wasSeen = true;
    const found = open(group, path);
    if (typeof found === 'object') match(found);
    if (matched.length > 0) return undefined;
    const news = typeof found === 'string' ? found : `${path} is not there; it is watched when it is`;
    if (news !== told && (isFirst || typeof found === 'string')) log('warning', news);
    told = news;
    return typeof found === 'string' ? found : undefined;
  };
  const match = (found: Matched) => {
    if (matched.some(({ executable }) => isSame(executable, found.executable))) {
      closeSync(found.fd);
      return;
    }
    take(group, found);
    matched.push(found);
    const problem = whyNobodyRuns(path);
    if (problem !== undefined) log('warning', `${path} ${problem}`);
    for (const old of matched.slice(0, -1)) {
      if (group.running(old.executable).length > 0) continue;
      group.unmatch({ kind: 'exe', ...old.executable });
      matched.splice(matched.indexOf(old), 1);
      closeSync(old.fd);
    }
  };
  const stay = () => (matched.length === 0 ? undefined : 'it stays the file that it was until it is');
  const asked = askedFile({ path, look, stay, log, onAnswer });
  const all = matchedNow.get(path) ?? new Set();
  matchedNow.set(path, all.add(matched));
  return {
    ...(asked.answered && { answered: asked.answered }),
    stop: () => {
      asked.stop();
      all.delete(matched);
      if (all.size === 0) matchedNow.delete(path);
      for (const { fd } of matched.splice(0)) closeSync(fd);
    },
  };
}

/** From now on it is matched, or not open any more. */
function take(group: Group, { fd, executable }: Matched): void {
  try {
    group.match({ kind: 'exe', ...executable });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** One that was at the path before and that somebody runs on: as another knows, and as /proc tells. */
function replacedFile(group: Group, link: string, matched: readonly Matched[]): Matched | undefined {
  const old = open(group, link);
  if (typeof old !== 'object') return undefined;
  let isWanted = false;
  try {
    isWanted =
      !matched.some(({ executable }) => isSame(executable, old.executable)) &&
      group.running(old.executable).length > 0;
  } finally {
    if (!isWanted) closeSync(old.fd);
  }
  return isWanted ? old : undefined;
}

/** Links to programs that were started from the path and are not there any more (d_path() in fs/d_path.c). */
function deletedPrograms(path: string): string[] {
  const deleted = `${realPath(path)} (deleted)`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `/proc/${pid}/exe`)
    .filter((link) => linkOf(link) === deleted)
    .filter((link) => !isOneFile(link, deleted));
}

/** Whether that is the very name of the program, which is no mark of the kernel's then. */
function isOneFile(link: string, path: string): boolean {
  const [program, file] = [link, path].map(statusOf);
  return program !== undefined && program.dev === file?.dev && program.ino === file.ino;
}

/** Undefined: it is not there, or cannot be looked at. */
function statusOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Without the links on the way; of a file that is not there, of its folder. */
function realPath(path: string): string {
  for (const [folder, rest] of [[path], [dirname(path), basename(path)]] as const) {
    try {
      return join(realpathSync(folder), rest ?? '');
    } catch {
      // Not there, or not to be seen.
    }
  }
  return path;
}

/** Empty: it has ended, has none, or may not be looked at (CAP_SYS_PTRACE). */
function linkOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

/** Why no process can have it as its program, though it is there; undefined: one can. */
function whyNobodyRuns(path: string): string | undefined {
  let fd: number;
  try {
    // A pipe would be waited for.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    // It may be run by those who may not read it.
    return undefined;
  }
  try {
    return whyItIsNotRun(fd, path);
  } catch (error) {
    // A disk can fail at any time.
    return `cannot be read: ${(error as Error).message}`;
  } finally {
    closeSync(fd);
  }
}

/** The same of the file that is open, which is at this path. @throws what reading it does */
function whyItIsNotRun(fd: number, path: string): string | undefined {
  const status = fstatSync(fd);
  if (!status.isFile()) return 'is no file, so nobody can run it';
  if ((status.mode & 0o111) === 0) return 'is a file that nobody may execute';
  const bytes = Buffer.alloc(BINPRM_BUF_SIZE);
  const start = bytes.subarray(0, readSync(fd, bytes));
  // It is empty before it is written.
  if (start.length < LEAST_START) return undefined;
  if (start.toString('latin1', 0, 2) === '#!') return whyScript(path, start);
  if (start.toString('latin1', 0, 4) !== '\x7fELF')
    return `is no program that the kernel runs by itself: its processes run another, such as a shell; ${BY_OTHERS}`;
  const machines = MACHINES.get(process.arch);
  if (machines && !machines.includes(bytes.readUInt16LE(E_MACHINE)))
    return `is a program for another processor: its processes run an emulator; ${BY_OTHERS}`;
  return undefined;
}

/** Bytes that the kernel reads to see how a file is run (include/uapi/linux/binfmts.h). */
const BINPRM_BUF_SIZE = 256;
/** Up to the machine of a program, which is where the header says (elf(5)); of scripts there are shorter ones. */
const E_MACHINE = 18;
const LEAST_START = 4;
/** EM_ numbers of what a kernel runs by itself, the 32-bit ones too (include/uapi/linux/elf-em.h). */
const MACHINES: ReadonlyMap<string, readonly number[]> = new Map([
  ['x64', [62, 3]],
  ['arm64', [183, 40]],
]);

const BY_OTHERS = 'select them by pidfile:, unit: or user:';

/** The kernel gives them the name of the script, and env(1), which runs the interpreter, that of the interpreter. */
function whyScript(path: string, start: Buffer): string {
  const [, interpreter = ''] = /^#![ \t]*(\S+)/.exec(start.toString('latin1')) ?? [];
  if (basename(interpreter) === 'env')
    return `is a script: its processes run its interpreter, by whose name env runs it; ${BY_OTHERS}`;
  const name = keptName(basename(path));
  const remedy = name === undefined ? BY_OTHERS : `select them by command: ${quoted(name)}`;
  return `is a script: its processes run its interpreter; ${remedy}`;
}

/** As YAML takes it for a text. */
function quoted(name: string): string {
  const isPlain = /^[a-z_][\w.+-]*$/i.test(name) && !/^(?:true|false|null)$/i.test(name);
  return isPlain ? name : JSON.stringify(name);
}

/**
 * What the kernel knows the file by. stat(2) can tell another device, as on btrfs. Undefined: it is not there; a text: why
 * nobody knows what is there.
 *
 * @throws what passes
 */
function open(group: Group, path: string): Matched | string | undefined {
  let fd: number;
  try {
    fd = openSync(path, O_PATH);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const words = `${path} cannot be looked at: ${message}`;
    if (isPassing(error)) throw withWords(error, words);
    return ['ENOENT', 'ENOTDIR'].includes(code) ? undefined : words;
  }
  let executable: ReturnType<Group['identify']>;
  try {
    executable = group.identify(fd);
  } finally {
    if (!executable) closeSync(fd);
  }
  return executable && { fd, executable };
}

function isSame(a: Matched['executable'], b: Matched['executable']): boolean {
  return a.device === b.device && a.inode === b.inode;
}
