import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ServiceResult } from '../../src/services/index.js';

/** An outbox in a process of its own. */
export class OtherOutbox {
  readonly log: string[] = [];
  readonly #process: ChildProcess;
  #onLog: () => void = () => undefined;

  /** @param written the destination, as the configuration file has it */
  constructor(written: object, file: string) {
    const program = new URL('outbox-process.js', import.meta.url);
    this.#process = fork(program, [JSON.stringify(written), file]);
    this.#process.on('message', (line: string) => {
      this.log.push(line);
      this.#onLog();
    });
  }

  push(...results: readonly ServiceResult[]): void {
    for (const one of results) this.#process.send(one);
  }

  async until(isLogged: () => boolean): Promise<void> {
    while (!isLogged()) await new Promise<void>((resolve) => (this.#onLog = resolve));
  }

  sent = () => this.log.filter((line) => line.startsWith('detail ')).length;
  failures = () => this.log.filter((line) => line.startsWith('warning ')).length;

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }
}
