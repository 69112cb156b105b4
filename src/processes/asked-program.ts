import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Milliseconds that a program of the system may take for an answer. */
const LONGEST = 5000;

/** What a program prints; undefined if it is not there, fails, or takes too long. */
export async function askProgram(file: string, parameters: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(file, parameters, { timeout: LONGEST, encoding: 'utf8' });
    return stdout;
  } catch {
    return undefined;
  }
}
