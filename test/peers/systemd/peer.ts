import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CWorker } from '../../support/c-worker.js';
import { Program } from '../../../rig/programs/command.js';
import { removeControlGroup } from '../../support/control-group.js';

/** From dist/test/peers/systemd/ to the sources. */
const CHECKOUT = new URL('../../../../', import.meta.url).pathname;
const BOOT = join(CHECKOUT, 'test/peers/systemd/boot');
/** Those that a unit depends on by default, and the one to start with. */
const TARGETS = ['basic', 'network', 'shutdown', 'sysinit', 'test'];

/** Real systemd, in namespaces of its own (boot), with the unit file of this package installed. */
export class Systemd {
  /** /srv/test inside. */
  readonly folder: string;
  readonly #program: Program;
  readonly #pid: number;

  private constructor(folder: string, program: Program) {
    this.folder = folder;
    this.#program = program;
    this.#pid = Number(readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8'));
  }

  /** @param settings what the unit has besides its file, as in a drop-in */
  static async start(settings: readonly string[]): Promise<Systemd> {
    const folder = mkdtempSync(join(tmpdir(), 'systemd-'));
    const units = join(folder, 'units');
    const dropIns = join(units, 'check_rlimit_passive.service.d');
    mkdirSync(dropIns, { recursive: true });
    for (const target of TARGETS)
      writeFileSync(join(units, `${target}.target`), '[Unit]\nDefaultDependencies=no\nAllowIsolate=yes\n');
    cpSync(
      join(CHECKOUT, 'plugins/check_rlimit_passive.service'),
      join(units, 'check_rlimit_passive.service'),
    );
    const lines = ['[Service]', 'Environment=PATH=/srv/node:/usr/bin:/bin', ...settings, ''];
    writeFileSync(join(dropIns, 'test.conf'), lines.join('\n'));

    const address = `@${folder}`;
    const started = await CWorker.start('notified', { parameters: [address] });
    const program = new Program(
      'setpriv',
      ['--pdeathsig', 'KILL', 'sh', BOOT, folder, CHECKOUT, dirname(process.execPath)],
      { NOTIFY_SOCKET: address },
    );
    try {
      const ended = program.finished().then(({ stderr }) => {
        throw new Error(`systemd did not start: ${stderr.join('\n')}`);
      });
      await Promise.race([isReady(started), ended]);
      ended.catch(() => undefined);
      return new Systemd(folder, program);
    } finally {
      await started.end();
    }
  }

  /** Runs a command inside, to its end, and gives its standard output. */
  run(...command: string[]): string {
    const { stdout, stderr, status } = spawnSync('nsenter', ['-t', String(this.#pid), '-a', ...command], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Properties of the agent's unit, as `systemctl show` has them. */
  show(...properties: string[]): Record<string, string> {
    const text = this.run('systemctl', 'show', '-p', properties.join(), 'check_rlimit_passive');
    return Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
  }

  /** The configuration file of the agent. */
  configure(text: string): void {
    writeFileSync(`/proc/${this.#pid}/root/etc/check_rlimit_passive/config.yaml`, text);
  }

  /** Ends everything in there, and takes it away. */
  async stop(): Promise<void> {
    this.#program.signal('SIGKILL');
    await this.#program.finished();
    removeControlGroup(join(this.folder, 'cgroup'), `rlimit-test.${this.#program.pid}`);
    rmSync(this.folder, { recursive: true });
  }
}

/** systemd tells a container's manager when it has started. */
async function isReady(notified: CWorker): Promise<void> {
  while (!(await notified.line()).includes('READY=1'));
}
