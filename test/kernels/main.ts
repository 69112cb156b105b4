/**
 * npm run test:kernels: boots Debian's stock kernels under qemu, without KVM, one after the other, and runs the
 * tests of test/kernel in each. A guest has this machine's root as its own; what it writes there stays in its memory.
 */
import { existsSync, readFileSync } from 'node:fs';
import { boot } from '../../rig/guests/boot.js';
import { writeExchange } from '../../rig/guests/exchange.js';
import type { Kernel } from '../../rig/guests/kernels.js';
import { takeLock } from '../../rig/guests/lock.js';
import { commandFor, parseOptions, usage, UsageError, type Options } from './options.js';
import { cache, placesOf, type Places } from '../../rig/guests/places.js';
import { PrepareError } from '../../rig/guests/prepare-error.js';
import { prepare, releaseOf } from '../../rig/guests/prepare.js';
import { writeKernel } from './table.js';
import { passed, verdict, type Result } from './verdict.js';

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`test:kernels: ${line}\n`);

/** Answers with the exit status. */
async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const options = parseOptions(argv);
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  if (process.arch !== 'x64') {
    complain(`guests are booted from x86-64 only, and this machine is ${process.arch}`);
    return 3;
  }
  takeLock(() => complain('another run in this checkout has guests; waiting for its end'));

  let failures = 0;
  for (const kernel of options.kernels) {
    if (!(await test(kernel, options, signal))) failures += 1;
  }
  say(`The guests' logs are in ${cache}`);
  say(`${options.kernels.length - failures} passed, ${failures} failed`);
  return failures === 0 ? 0 : 1;
}

const MOST_BOOTS = 3;

/**
 * Whether the guest died of what only an emulator does. The kernel puts an int3 in the place of code while it patches
 * it, as for each tracepoint that is attached to, and forgets it when all processors have been told (text_poke in
 * arch/x86/kernel/alternative.c). qemu's translation of the old code, with its int3, may be run after that (seen with
 * qemu 7.2 and Linux 7.3).
 */
function ranStaleCode(result: Result, places: Places): boolean {
  return result.kind === 'silent' && consoleOf(places).includes('Oops: int3');
}

/** Runs one kernel from its preparation to its verdict, and answers whether it passed. */
async function test(kernel: Kernel, options: Options, signal: AbortSignal): Promise<boolean> {
  const places = placesOf(kernel);
  const started = performance.now();
  const command = commandFor(kernel, options);
  say(`== Linux ${kernel.name} (Debian ${kernel.suite}, ${kernel.architecture}): ${command}`);
  let result = await resultOf(kernel, places, command, options, signal);
  for (let boots = 1; boots < MOST_BOOTS && ranStaleCode(result, places); boots++) {
    complain(
      "qemu ran code that the guest's kernel had patched before (Oops: int3), which a processor does not: once more",
    );
    result = await resultOf(kernel, places, command, options, signal);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  if (result.kind === 'silent') showConsole(places);
  say(`== Linux ${kernel.name} ${verdict(result)} (${seconds} s)\n`);
  if (options.write && result.kind !== 'not-booted')
    writeKernel(kernel, releaseOf(places), options.tests, readFileSync(places.output, 'utf8'));
  return passed(result);
}

async function resultOf(
  kernel: Kernel,
  places: Places,
  command: string,
  options: Options,
  signal: AbortSignal,
): Promise<Result> {
  try {
    const release = await prepare(kernel, places, signal);
    say(`== ${[release, ...kernel.parameters].join(' ')}`);
    writeExchange(kernel, places, command);
    return await boot(kernel, places, options, signal);
  } catch (error) {
    if (error instanceof PrepareError) return { kind: 'not-booted', reason: error.message };
    throw error;
  }
}

/** The console's last lines: the panic, where there was one. */
function showConsole(places: Places): void {
  const lines = consoleOf(places).trimEnd().split('\n');
  complain(`the end of the guest's console:\n${lines.slice(-60).join('\n')}`);
}

function consoleOf({ console }: Places): string {
  return existsSync(console) ? readFileSync(console, 'utf8') : '';
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    stop.abort();
  });
}
try {
  process.exitCode = await main(process.argv.slice(2), stop.signal);
} catch (error) {
  if (stop.signal.aborted) {
    complain('stopped');
    process.exitCode = 130;
  } else if (error instanceof UsageError) {
    complain(error.message);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
