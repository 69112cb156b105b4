import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { answers } from '../mounts/index.js';
import type { Position } from './config-error.js';
import { ConfigError } from './config-error.js';

/** A file of a configuration, by the name that errors have for it. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** The folder beside the file, where packages and teams put services of their own. */
export const DROP_INS = 'conf.d';

/**
 * The file, and those of its conf.d in the order of their names.
 *
 * @param again it was read before: what is no file, as a pipe that a shell has made, has been read to its end then, and
 *   would be waited for
 * @param unread places that are left out
 * @throws {ConfigError}
 */
export function readSources(path: string, again = false, unread: ReadonlySet<string> = new Set()): Source[] {
  if (again && !isFileOrFolder(statusOf(path)))
    throw new ConfigError({ file: path, problem: 'is no file, and can be read once; name a file' });
  const main = sourceAt(path);
  const folder = join(dirname(path), DROP_INS);
  const names = unread.has(folder)
    ? []
    : dropInsOf(path).filter((name) => isDropIn(name) && !unread.has(join(folder, name)));
  if (names.length > 0) mustBeTrusted(folder, path);
  return [
    main,
    ...names.map((name) => {
      const file = join(folder, name);
      // Whoever reads one waits for who writes: an agent that reads it again would watch no more.
      if (mustBeTrusted(file, path).isFIFO())
        throw new ConfigError({ file, problem: 'is a pipe; write a file' });
      return sourceAt(file);
    }),
  ];
}

/** Its conf.d, or the files there that are read, where they do not answer. */
export async function silentDropIns(path: string): Promise<readonly string[]> {
  const folder = join(dirname(path), DROP_INS);
  if (!(await answers(folder))) return [folder];
  const files = dropInsThatCanBeListed(path)
    .filter(isDropIn)
    .map((name) => join(folder, name));
  const answered = await Promise.all(files.map((file) => answers(file)));
  return files.filter((_, index) => answered[index] === false);
}

/** Where they cannot, who reads them says so, and first of all what is wrong with the file itself. */
function dropInsThatCanBeListed(path: string): readonly string[] {
  try {
    return dropInsOf(path);
  } catch {
    return [];
  }
}

/** What lies in its conf.d and is not read, since it has another name. */
export function unreadDropIns(path: string): string[] {
  return dropInsOf(path).filter((name) => !isDropIn(name));
}

/** As a shell takes *.yaml: what an editor or a package manager leaves beside is no part of it. */
const isDropIn = (name: string) => /^[^.].*\.yaml$/.test(name);

function dropInsOf(path: string): string[] {
  const folder = join(dirname(path), DROP_INS);
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ConfigError({ file: folder, problem: reasonOf(error) });
  }
}

/**
 * What a service does by itself is done with the agent's rights, so nobody else may write services: who names a file in
 * /tmp does not mean what others have put beside it.
 */
function mustBeTrusted(place: string, path: string): Stats {
  const status = statusOf(place);
  const { uid, mode } = status;
  const trusted = [0, statusOf(path).uid, process.geteuid?.()];
  if (!trusted.includes(uid))
    throw new ConfigError({
      file: place,
      problem: `belongs to neither root nor the owner of ${path}; run chown`,
    });
  if ((mode & 0o002) !== 0)
    throw new ConfigError({ file: place, problem: 'may be written to by everybody; run chmod o-w' });
  return status;
}

function statusOf(place: string): Stats {
  try {
    return statSync(place);
  } catch (error) {
    throw new ConfigError({ file: place, problem: reasonOf(error) });
  }
}

/** That it is a folder is told when it is read. */
const isFileOrFolder = (status: Stats) => status.isFile() || status.isDirectory();

function sourceAt(file: string): Source {
  return { file, text: textOf(file, bytesOf(file)) };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it; change its owner or mode',
  EISDIR: 'is a directory; name a file',
  ERR_ACCESS_DENIED: 'Node.js runs with --permission and may not read it; give it --allow-fs-read=* as well',
  ENOENT: 'there is no such file; write it or name another',
};

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError({ file: path, problem: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? `cannot be read: ${message}; name another file`;
}

function textOf(path: string, bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const problem = 'a byte that is not UTF-8; save the file as UTF-8';
    throw new ConfigError({ file: path, position: firstInvalid(bytes), problem });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A line break is never a part of another character, so that lines can be tried one by one. */
function firstInvalid(bytes: Buffer): Position {
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .map((line) => Buffer.from(line, 'latin1'));
  const index = lines.findIndex((line) => !isUtf8(line));
  return { line: index + 1, column: (lines[index]?.toString('utf8').indexOf('\ufffd') ?? 0) + 1 };
}
