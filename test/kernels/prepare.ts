import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Kernel } from './kernels.js';
import { scripts, type Places } from './places.js';

/** This kernel cannot be booted here. The message says why in one line. */
export class PrepareError extends Error {}

/** Fetches the kernel unless the cache has it, and builds the initramfs. Answers with the kernel's release. */
export async function prepare(kernel: Kernel, places: Places, signal: AbortSignal): Promise<string> {
  mkdirSync(places.folder, { recursive: true });
  if (!existsSync(places.package)) {
    await script('fetch', [kernel.suite, places.package], signal);
  }
  await script('build-initramfs', [places.package, places.initramfs], signal);
  return releaseIn(places.package);
}

/** The kernel's image in an unpacked package. */
export function imageOf(packageFolder: string, release: string): string {
  return `${packageFolder}/boot/vmlinuz-${release}`;
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

function releaseIn(packageFolder: string): string {
  const prefix = 'vmlinuz-';
  const image = readdirSync(`${packageFolder}/boot`).find((name) => name.startsWith(prefix));
  if (image === undefined) throw new PrepareError(`${packageFolder} holds no kernel: delete it`);
  return image.slice(prefix.length);
}
