import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { tryLock } from '../ffi/index.js';

/**
 * That a file which is replaced again and again is this agent's: a lock of one beside it, which stays. It is let go when
 * the process ends, in whatever way; a lock file that was left behind is taken by the next.
 */
export class Claim {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** @returns undefined: another agent has it @throws what keeps a file from being made there */
  static async of(path: string): Promise<Claim | undefined> {
    const lock = `${path}.lock`;
    for (;;) {
      const file = await open(lock, 'a', 0o600);
      try {
        if (!tryLock(file.fd)) {
          await file.close();
          return undefined;
        }
        if (await isAt(lock, file)) return new Claim(lock, file);
        // Who had it has taken it away meanwhile: there is another, or none.
        await file.close();
      } catch (error) {
        await file.close();
        throw error;
      }
    }
  }

  /** The next agent may have it. */
  async release(): Promise<void> {
    try {
      await rm(this.#path, { force: true });
    } finally {
      await this.#file.close();
    }
  }
}

async function isAt(path: string, file: FileHandle): Promise<boolean> {
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  const own = await file.stat({ bigint: true });
  return there?.ino === own.ino && there.dev === own.dev;
}
