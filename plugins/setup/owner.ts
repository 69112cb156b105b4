import { stat } from 'node:fs/promises';
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
  if (typeof answer === 'string' || !/^\d{1,10}\s*$/.test(answer.text)) return undefined;
  return Number(answer.text);
}

/** Whether the service may read a file, by the mode of the file itself. */
export async function mayRead({ uid, gid }: Owner, path: string): Promise<boolean> {
  const file = await stat(path);
  if (file.uid === uid) return (file.mode & 0o400) !== 0;
  return (file.mode & (file.gid === gid ? 0o040 : 0o004)) !== 0;
}
