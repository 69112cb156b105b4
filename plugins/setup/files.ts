import { constants, lstatSync, readFileSync, type Stats } from 'node:fs';
import { chmod, chown, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, loadConfig, type Config } from '../../src/config/index.js';
import { examineDestinationHere } from '../../src/destinations/index.js';
import { codeOf, replaceFile } from '../../src/files/index.js';
import { bytesOf } from '../../src/secrets/index.js';
import { printable } from '../../src/text/index.js';
import { CommandError } from '../exit-codes.js';
import type { Answers } from './answers.js';
import type { Owner } from './owner.js';

/**
 * The file that is to be replaced: none, or the one that a package brought and nobody has touched.
 *
 * @throws CommandError when somebody has written one
 */
export function replaceable(path: string, untouched: string): Stats | undefined {
  try {
    const status = lstatSync(path);
    if (status.isFile() && readFileSync(path, 'utf8') === untouched) return status;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new CommandError(printable(`${path} cannot be read (${codeOf(error)}); run this as root`));
  }
  throw new CommandError(
    printable(
      `${path} is written already, and is left as it is; change it by hand, or name another file with -c`,
    ),
  );
}

/** @throws CommandError */
export async function makeFolder(directory: string, owner: Owner | undefined): Promise<void> {
  await orTold(directory, async () => {
    const isMade = (await mkdir(directory, { recursive: true })) !== undefined;
    if (!isMade || !owner) return;
    // As the package has it.
    await chown(directory, 0, owner.gid);
    await chmod(directory, 0o750);
  });
}

/** For the service alone. @throws CommandError */
export async function writeSecret(
  { path, secret }: NonNullable<Answers['secretFile']>,
  owner: Owner | undefined,
): Promise<void> {
  await orTold(path, async () => {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(Buffer.concat([bytesOf(secret) ?? Buffer.of(), Buffer.from('\n')]));
      if (owner) await file.chown(owner.uid, owner.gid);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  });
}

/**
 * Replaces the configuration as a whole, once it is known to be valid with what is in its conf.d.
 *
 * @throws CommandError; the file is as it was before then
 */
export async function writeConfig(path: string, text: string, untouched: string): Promise<Config> {
  let config: Config | undefined;
  await orTold(path, () =>
    replaceFile(
      path,
      (temporary) => open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600),
      async (file) => {
        await file.writeFile(text);
        config = await valid(path);
        const { uid, gid, mode } = replaceable(path, untouched) ?? (await asItsFolder(path));
        await file.chown(uid, gid);
        await file.chmod(mode & 0o7777);
        await file.sync();
      },
    ),
  );
  if (!config) throw new Error('a file that was written was checked');
  return config;
}

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

/** What is written so far, where it is to be: with it an agent of this user could begin. */
async function valid(path: string): Promise<Config> {
  try {
    const config = loadConfig(`${path}.tmp`);
    const examinations = await Promise.all(config.destinations.map(examineDestinationHere));
    const missing = examinations
      .flatMap(({ answers = [] }) => answers)
      .find(({ status }) => status === 'failed');
    if (missing) throw new CommandError(printable(missing.text));
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problem = error.message.replaceAll(`${path}.tmp`, path);
    throw new CommandError(error.key === 'host' ? `--hostname: ${error.problem}` : problem);
  }
}

/** Who may look into the folder may read the file, and only who makes it may change it. */
async function asItsFolder(path: string): Promise<{ uid: number; gid: number; mode: number }> {
  const { gid, mode } = await stat(dirname(path));
  return {
    uid: process.geteuid?.() ?? 0,
    gid: mayGive(gid) ? gid : (process.getegid?.() ?? 0),
    mode: mode & 0o644,
  };
}

function mayGive(gid: number): boolean {
  return process.geteuid?.() === 0 || (process.getgroups?.() ?? []).includes(gid);
}

/** What the system says of a path, in one line. */
async function orTold<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Of node --permission it is told by who knows its flags.
    if (code === undefined || code === 'ERR_ACCESS_DENIED') throw error;
    const why =
      code === 'EACCES' || code === 'EPERM' ? 'run this as root, or name another file with -c' : 'look there';
    throw new CommandError(printable(`${path} cannot be written (${code}); ${why}`));
  }
}
