import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CWorker } from '../support/c-worker.js';
import { Program } from '../../rig/programs/command.js';
import { removeControlGroup } from '../support/control-group.js';

/** From dist/test/packages/ to the sources. */
export const CHECKOUT = new URL('../../../', import.meta.url).pathname.replace(/\/$/, '');
/** The central server's side, so that it is there without a network; and what apt has to find for the package. */
const ROOT = {
  folder: '.cache/debian/trixie-peers',
  installed: 'nsca nagios4-core',
  atHand: 'libbpf1 nodejs',
};

/** A fresh Debian 13, booted by its own systemd in namespaces of its own, with no network but loopback. */
export class Machine {
  /** /srv/test inside. */
  readonly folder = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly #program: Program;
  #pid = 0;

  private constructor() {
    const root = join(CHECKOUT, ROOT.folder);
    if (!existsSync(root))
      execFileSync(
        'sh',
        [join(CHECKOUT, 'test/debian/build-root'), 'trixie', root, ROOT.installed, ROOT.atHand],
        { stdio: 'inherit' },
      );
    this.#program = new Program('setpriv', [
      ...['--pdeathsig', 'KILL', 'sh', join(CHECKOUT, 'test/debian/boot')],
      ...[root, this.folder],
    ]);
  }

  static async start(): Promise<Machine> {
    const machine = new Machine();
    const started = await CWorker.start('notified', { parameters: [join(machine.folder, 'notify')] });
    try {
      const ended = machine.#program.finished().then(({ stderr }) => {
        throw new Error(`systemd did not start: ${stderr.join('\n')}`);
      });
      await Promise.race([isReady(started), ended]);
      ended.catch(() => undefined);
      const { pid } = machine.#program;
      machine.#pid = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
      return machine;
    } finally {
      await started.end();
    }
  }

  /** Runs a command inside, to its end, and gives what it printed. */
  run(...command: string[]): string {
    const [file, ...parameters] = this.#inside(command);
    const { stdout, stderr, status } = spawnSync(file, parameters, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command.join(' ')}: status ${status ?? ''}: ${stdout}${stderr}`);
    return stdout;
  }

  shell(script: string): string {
    return this.run('sh', '-euc', script);
  }

  /** Starts a command inside, whose output can be awaited. */
  follow(...command: string[]): Program {
    // nsenter leaves what it has started to itself when it is killed.
    const [file, ...parameters] = this.#inside(['setpriv', '--pdeathsig', 'KILL', ...command]);
    return new Program(file, parameters);
  }

  /** Properties of a unit, as `systemctl show` has them. */
  show(unit: string, ...properties: string[]): Record<string, string> {
    const lines = this.run('systemctl', 'show', '-p', properties.join(), unit).trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  }

  /** Ends everything in there, and takes it away. */
  async stop(): Promise<void> {
    this.#program.signal('SIGKILL');
    await this.#program.finished();
    removeControlGroup(join(this.folder, 'cgroup'), `rlimit-test.${this.#program.pid}`);
    rmSync(this.folder, { recursive: true });
  }

  #inside(command: readonly string[]): [string, ...string[]] {
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    return ['nsenter', '-t', String(this.#pid), '-a', 'env', '-i', path, 'HOME=/root', ...command];
  }
}

/** systemd tells a container's manager when it has started. */
async function isReady(notified: CWorker): Promise<void> {
  while (!(await notified.line()).includes('READY=1'));
}
