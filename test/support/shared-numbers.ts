import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Numbers in a file, which a worker maps: so it tells and is told without a system call. */
export class SharedNumbers {
  readonly fd: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'shared-'));

  constructor(count: number) {
    this.fd = openSync(join(this.#folder, 'numbers'), 'w+');
    for (let index = 0; index < count; index++) this.set(index, 0);
  }

  get(index: number): number {
    const bytes = new Int32Array(1);
    readSync(this.fd, bytes, { position: 4 * index });
    return bytes[0] ?? 0;
  }

  set(index: number, value: number): void {
    writeSync(this.fd, new Int32Array([value]), 0, 4, 4 * index);
  }

  close(): void {
    closeSync(this.fd);
    rmSync(this.#folder, { recursive: true });
  }
}
