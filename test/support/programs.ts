import { closeSync, copyFileSync, mkdtempSync, openSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Group, Match } from '../../src/rlimit-events/index.js';
import { compiled } from './compiled.js';

/** Copies of a worker under names and inodes of their own, in a folder of their own. */
export class Programs {
  readonly folder = mkdtempSync(join(tmpdir(), 'programs-'));
  readonly #worker: string;

  constructor(worker = 'chameleon') {
    this.#worker = compiled(worker);
  }

  /** Makes one, or makes it anew as an upgrade does: another file under its name. */
  make(name: string): string {
    const path = join(this.folder, name);
    copyFileSync(this.#worker, `${path}.new`);
    renameSync(`${path}.new`, path);
    return path;
  }

  link(name: string, target: string): string {
    const path = join(this.folder, name);
    symlinkSync(target, `${path}.new`);
    renameSync(`${path}.new`, path);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** What matches a program. */
export function exeOf(path: string, group: Group): Match {
  const fd = openSync(path, 'r');
  try {
    const executable = group.identify(fd);
    if (!executable) throw new Error(`${path} is no file`);
    return { kind: 'exe', ...executable };
  } finally {
    closeSync(fd);
  }
}
