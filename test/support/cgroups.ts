import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A cgroup of a test's own in the v2 hierarchy, which is mounted if it is not. */
export class Cgroups {
  readonly #mount: string;
  readonly #isOurs: boolean;
  readonly #made: string[] = [];
  /** From the root of the hierarchy. */
  readonly path = `/rlimit-test-${process.pid}-${String(process.hrtime.bigint())}`;

  constructor() {
    const mounted = /^\d+ \d+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(
      readFileSync('/proc/self/mountinfo', 'utf8'),
    );
    this.#isOurs = mounted === null;
    this.#mount = mounted?.[1] ?? mkdtempSync(join(tmpdir(), 'cgroup-'));
    if (this.#isOurs && spawnSync('mount', ['-t', 'cgroup2', 'none', this.#mount]).status !== 0)
      throw new Error('cgroup v2 cannot be mounted');
    this.make('');
  }

  /** The folder of a cgroup within the test's own, or of that. */
  folder(name = ''): string {
    return join(this.#mount, this.path, name);
  }

  make(name: string): string {
    mkdirSync(this.folder(name));
    this.#made.push(name);
    return this.folder(name);
  }

  /** Puts a process into one. */
  move(pid: number, name: string): void {
    writeFileSync(join(this.folder(name), 'cgroup.procs'), String(pid));
  }

  /** Nobody may be in it any more. */
  remove(name: string): void {
    rmdirSync(this.folder(name));
    this.#made.splice(this.#made.indexOf(name), 1);
  }

  removeAll(): void {
    for (const name of [...this.#made].reverse()) this.remove(name);
    if (this.#isOurs && spawnSync('umount', [this.#mount]).status === 0) rmdirSync(this.#mount);
  }
}
