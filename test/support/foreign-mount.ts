import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder that somebody else has to answer for: FUSE, by Debian's bindfs over another bindfs. While the one below is
 * stopped, the one above has taken questions which it does not answer, as sshfs without its server: who asks cannot even be
 * killed.
 */
export class ForeignMount {
  /** Where it is seen. */
  readonly path: string;
  /** The same folder, of this machine. */
  readonly here: string;
  readonly #folder: string;
  readonly #daemons: ChildProcess[] = [];

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'foreign-'));
    this.here = join(this.#folder, 'here');
    this.path = join(this.#folder, 'mount');
    for (const name of ['here', 'middle', 'mount']) mkdirSync(join(this.#folder, name));
  }

  static async make(): Promise<ForeignMount> {
    const mount = new ForeignMount();
    await mount.#bind('here', 'middle');
    await mount.#bind('middle', 'mount');
    return mount;
  }

  /** From now on nobody answers. */
  freeze(): void {
    this.#daemons[0]?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#daemons[0]?.kill('SIGCONT');
  }

  /** Whoever waits gets an error. */
  async end(): Promise<void> {
    // The one below first: the other may wait for it.
    for (const daemon of this.#daemons) {
      daemon.kill('SIGKILL');
      if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit');
    }
    for (const name of ['mount', 'middle']) execFileSync('umount', ['--lazy', join(this.#folder, name)]);
    rmSync(this.#folder, { recursive: true });
  }

  async #bind(from: string, to: string): Promise<void> {
    const [source, target] = [from, to].map((name) => join(this.#folder, name));
    const daemon = spawn('bindfs', ['-f', source ?? '', target ?? ''], { stdio: 'inherit' });
    this.#daemons.push(daemon);
    // It says nothing when it has mounted.
    while (!readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${target ?? ''} `)) {
      if (daemon.exitCode !== null) throw new Error('bindfs cannot mount: is there /dev/fuse?');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
