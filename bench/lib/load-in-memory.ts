import { copyFileSync, rmSync } from 'node:fs';
import { LineProgram } from '../../rig/programs/line-program.js';
import { compiled } from './compiled.js';

/**
 * Gives what starts a program of load/ from memory, and ends what was started: a guest's files are the host's, and an
 * exec of one would wait for that now and then.
 */
export async function withLoadInMemory<T>(
  name: string,
  measure: (start: () => Promise<LineProgram>) => Promise<T>,
): Promise<T> {
  const copy = `/dev/shm/${name}-${process.pid}`;
  const started: LineProgram[] = [];
  copyFileSync(compiled(name), copy);
  try {
    return await measure(async () => {
      const program = await LineProgram.run(copy);
      started.push(program);
      return program;
    });
  } finally {
    for (const program of started) await program.end();
    rmSync(copy);
  }
}
