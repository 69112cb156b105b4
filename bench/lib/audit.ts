import { spawnSync } from 'node:child_process';

const RULE = ['exit,always', '-F', 'arch=b64', '-S', 'open,openat', '-F', 'exit=-EMFILE'];
/**
 * Once audit has been on, the kernel gives every new process what auditing needs (kernel/auditsc.c, audit_alloc),
 * until the next boot. Processes that are born under this rule do not get it: they cost what they always did.
 */
const SPARE_NEW_PROCESSES = ['task,never'];

/** The audit rule that finds EMFILE, by auditctl(8): the comparator. */
export class Audit {
  readonly #onExit = () => {
    this.stop();
  };

  private constructor() {
    process.once('exit', this.#onExit);
  }

  /** @throws Error with auditctl's own words, if this kernel has no audit or refuses it */
  static start(): Audit {
    auditctl('-D');
    auditctl('-a', ...SPARE_NEW_PROCESSES);
    auditctl('-a', ...RULE);
    auditctl('-e', '1');
    return new Audit();
  }

  /** Runs something whose new processes are audited. */
  async auditing<T>(run: () => Promise<T>): Promise<T> {
    auditctl('-d', ...SPARE_NEW_PROCESSES);
    try {
      return await run();
    } finally {
      auditctl('-a', ...SPARE_NEW_PROCESSES);
    }
  }

  /** The rule that spares new processes stays, since audit leaves its traces until the next boot. */
  stop(): void {
    process.off('exit', this.#onExit);
    auditctl('-d', ...RULE);
    auditctl('-e', '0');
  }
}

function auditctl(...parameters: string[]): void {
  const { status, stderr, error } = spawnSync('auditctl', parameters, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`auditctl ${parameters.join(' ')}: ${stderr.trim()}`);
}
