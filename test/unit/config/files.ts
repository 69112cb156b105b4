import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../../src/config/index.js';

/** A folder with configuration files. */
export class Files {
  readonly folder = mkdtempSync(join(tmpdir(), 'config-test-'));
  readonly main = join(this.folder, 'config.yaml');

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** What is wrong, with paths from the folder on. */
  problemOf(read: () => unknown): string {
    try {
      read();
    } catch (error) {
      if (error instanceof ConfigError) return error.message.replaceAll(`${this.folder}/`, '');
      throw error;
    }
    throw new Error('nothing is wrong');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
