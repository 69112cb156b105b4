import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { askProgram } from '../../src/programs/index.js';

/** Whom the service runs as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export const SERVICE_USER = 'check_rlimit_passive';

/** Undefined where there is no such user, or files cannot be given to it. */
export async function serviceOwner(): Promise<Owner | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((which) => numberOf(which)));
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

async function numberOf(which: string): Promise<number | undefined> {
  const answer = await askProgram('id', [which, '--', SERVICE_USER], new AbortController().signal);
  if (!('text' in answer) || !/^\d{1,10}\s*$/.test(answer.text)) return undefined;
  return Number(answer.text);
}

const READ = 4;
const ENTER = 1;

/**
 * What keeps the service from a file, by the modes: the first of the folders above it that it may not enter, or the file
 * itself. Undefined: nothing.
 */
export async function closedTo(owner: Owner, path: string): Promise<string | undefined> {
  for (const each of new Set([path, await realpath(path)])) {
    for (const folder of foldersAbove(each)) if (!(await may(ENTER, owner, folder))) return folder;
    if (!(await may(READ, owner, each))) return each;
  }
  return undefined;
}

async function may(right: number, { uid, gid }: Owner, path: string): Promise<boolean> {
  const status = await stat(path);
  const shift = status.uid === uid ? 6 : status.gid === gid ? 3 : 0;
  return (status.mode & (right << shift)) !== 0;
}

/** From the root on. */
function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...foldersAbove(above), above];
}
