import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from './compiled.js';
import { LineProgram } from '../../rig/programs/line-program.js';
import { Program } from '../../rig/programs/command.js';

/** A folder and processes for one measurement, which all go when it is over. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-'));
  readonly #ends: (() => Promise<void> | void)[] = [];
  readonly #pids: number[] = [];

  /** Runs something in a workshop, and clears it away however that ends. */
  static async with<T>(run: (workshop: Workshop) => Promise<T>): Promise<T> {
    const workshop = new Workshop();
    const onExit = () => {
      workshop.#abandon();
    };
    process.once('exit', onExit);
    try {
      return await run(workshop);
    } finally {
      for (const end of workshop.#ends.reverse()) await end();
      process.off('exit', onExit);
      rmSync(workshop.folder, { recursive: true });
    }
  }

  /** To be done at the end, before what was asked for earlier. */
  atEnd(end: () => Promise<void> | void): void {
    this.#ends.push(end);
  }

  /** A program of bench/load that is written in C. */
  async load(name: string, ...parameters: string[]): Promise<LineProgram> {
    return this.#keep(await LineProgram.run(compiled(name), ...parameters));
  }

  /** A program of bench/load for Node. */
  async node(name: string, ...parameters: (string | number)[]): Promise<LineProgram> {
    const file = new URL(`../load/${name}.js`, import.meta.url).pathname;
    return this.#keep(await LineProgram.run(process.execPath, file, ...parameters));
  }

  #keep(program: LineProgram): LineProgram {
    this.#pids.push(program.pid);
    this.atEnd(() => program.end());
    return program;
  }

  /** Any program that only talks. */
  program(file: string, ...parameters: (string | number)[]): Program {
    const program = new Program(file, parameters.map(String));
    this.#pids.push(program.pid);
    this.atEnd(async () => {
      program.signal('SIGKILL');
      await program.finished();
    });
    return program;
  }

  /** The measurement was interrupted: nobody waits for anything any more. */
  #abandon(): void {
    for (const pid of this.#pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
