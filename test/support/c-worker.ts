import { LineProgram } from '../../rig/programs/line-program.js';
import { compiled, type Bits } from './compiled.js';

interface StartOptions {
  readonly parameters?: readonly (string | number)[];
  /** The soft and hard limit of open files. */
  readonly limit?: number;
  /** What the worker has as descriptor 3. */
  readonly fd3?: number;
  /** Of the program's registers. Default 64. */
  readonly bits?: Bits;
}

/** A program of test/support/workers. */
export class CWorker extends LineProgram {
  /** Runs it until it says that it is ready. */
  static start(
    name: string,
    { parameters = [], limit = 1024, fd3, bits }: StartOptions = {},
  ): Promise<CWorker> {
    const command = [`--nofile=${limit}:${limit}`, compiled(name, bits), ...parameters.map(String)];
    return new CWorker(name, ['prlimit', ...command], fd3 === undefined ? [] : [fd3]).ready();
  }
}
