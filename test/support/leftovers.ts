import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for temporary files of its own, by which one knows what a program has left behind. */
export class Leftovers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'leftovers-'));

  /** For the program, and so for its children. */
  get environment(): NodeJS.ProcessEnv {
    return { TMPDIR: this.#folder };
  }

  files(): string[] {
    return readdirSync(this.#folder);
  }

  /** The command lines of processes that have the environment. */
  processes(): string[] {
    const mark = `TMPDIR=${this.#folder}\0`;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => contentOf(`/proc/${pid}/environ`).includes(mark))
      .map((pid) => contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** Empty if the process has ended meanwhile. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
