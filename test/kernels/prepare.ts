import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Kernel } from './kernels.js';
import { scripts, type Places } from './places.js';

/** This kernel cannot be booted here. The message says why in one line. */
export class PrepareError extends Error {}

/** Fetches the kernel unless the cache has it, and builds the initramfs. Answers with the kernel's release. */
export async function prepare(kernel: Kernel, places: Places, signal: AbortSignal): Promise<string> {
  if (!existsSync(places.kernel)) {
    mkdirSync(dirname(places.kernel), { recursive: true });
    await script('fetch', [kernel.suite, kernel.version, kernel.flavour, places.kernel], signal);
  }
  await script('build-initramfs', [places.kernel, places.initramfs], signal);
  const [release] = readdirSync(`${places.kernel}/lib/modules`);
  if (release === undefined) throw new PrepareError(`${places.kernel} holds no kernel: delete it`);
  return release;
}

async function script(name: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await promisify(execFile)('sh', [`${scripts}/${name}`, ...args], { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const { stderr } = error as { stderr: string };
    process.stderr.write(stderr);
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new PrepareError(`${name}: ${reason}`, { cause: error });
  }
}
