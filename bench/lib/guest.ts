import { readFileSync } from 'node:fs';
import { boot } from '../../rig/guests/boot.js';
import { writeExchange } from '../../rig/guests/exchange.js';
import { kernels, type Kernel } from '../../rig/guests/kernels.js';
import { machines } from '../../rig/guests/machines.js';
import { takeLock } from '../../rig/guests/lock.js';
import { placesOf } from '../../rig/guests/places.js';
import { prepare } from '../../rig/guests/prepare.js';

/** Where a guest leaves its answer; the host's folder, seen from the guest. */
export const ANSWER = '/run/exchange/answer.json';

/** The lock lasts as long as this process, and would wait for itself. */
let isLocked = false;

/** Of rig/guests/kernels.ts. */
export type GuestKernel = Pick<Kernel, 'architecture' | 'name'>;

/**
 * Runs a command in a guest with one of Debian's kernels, whose clock counts the instructions that it
 * executes, and gives what it left in ANSWER. The command sees this checkout, and in MODULES the folder for
 * modprobe -d, or nothing where no module can be loaded: it is not in the root of another architecture, and a kernel
 * without its types refuses those that have some.
 */
export async function inGuest(
  { architecture, name }: GuestKernel,
  command: string,
  signal: AbortSignal,
): Promise<unknown> {
  const kernel = kernels.find((each) => each.architecture === architecture && each.name === name);
  if (!kernel) throw new Error(`there is no kernel ${name} for ${architecture} in rig/guests`);
  if (!isLocked)
    takeLock(() =>
      process.stderr.write('bench: another run in this checkout has guests; waiting for its end\n'),
    );
  isLocked = true;
  const places = placesOf(kernel);
  await prepare(kernel, places, signal);
  const modules = kernel.hasBtf && !machines[architecture].foreign ? places.kernel : '';
  const withModules = `MODULES='${modules}'; export MODULES; ${command}`;
  writeExchange(kernel, places, withModules);
  const outcome = await boot(kernel, places, { timeoutSeconds: 3600, icount: true }, signal);
  if (outcome.kind !== 'ended' || outcome.status !== 0) {
    const output = readFileSync(places.output, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(`the guest with ${name} ${JSON.stringify(outcome)}:\n${output}`);
  }
  return JSON.parse(readFileSync(ANSWER.replace('/run/exchange', places.exchange), 'utf8'));
}
