import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readStatus } from './exchange.js';
import type { Kernel } from './kernels.js';
import { machines } from './machines.js';
import type { Places } from './places.js';

export type Outcome =
  | { kind: 'ended'; status: number }
  | { kind: 'timed-out' }
  /** The kernel did not boot, or panicked. */
  | { kind: 'silent' };

export interface BootOptions {
  /** How long the guest may take, on this machine's clock. */
  readonly timeoutSeconds: number;
  /** One processor, and a clock that counts its instructions. */
  readonly icount: boolean;
}

/** Runs one guest to its end, with the output of its command on our standard output as it comes. */
export async function boot(
  kernel: Kernel,
  places: Places,
  { timeoutSeconds, icount }: BootOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  // timeout(1) holds the bound even if this process is killed.
  const guest = spawn(
    'timeout',
    ['--kill-after=10', String(timeoutSeconds), ...qemu(kernel, places, icount)],
    { stdio: ['ignore', 'pipe', 'inherit'], signal },
  );
  guest.stdout.pipe(createWriteStream(places.output));
  guest.stdout.pipe(process.stdout, { end: false });
  const [exitStatus] = (await once(guest, 'close')) as [number | null];

  const status = readStatus(places);
  if (status !== undefined) return { kind: 'ended', status };
  return { kind: exitStatus === 124 || exitStatus === 137 ? 'timed-out' : 'silent' };
}

/** The emulator with its options. */
function qemu(kernel: Kernel, places: Places, icount: boolean): string[] {
  const machine = machines[kernel.architecture];
  const processors = icount ? ['-smp', '1', '-icount', 'shift=0,sleep=off'] : ['-smp', '2'];
  // With `quiet`, the console tells of trouble only; `panic=-1` and `-no-reboot` make a panic end the guest.
  const parameters = [`console=${machine.console}`, 'quiet', 'panic=-1', 'oops=panic'];
  parameters.push(...machine.parameters, ...kernel.parameters);
  if (icount) parameters.push('mitigations=off');
  return [
    ...machine.qemu,
    ...['-nodefaults', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-m', '4096', ...processors],
    ...['-kernel', places.image, '-initrd', places.initramfs, '-append', parameters.join(' ')],
    ...[
      '-virtfs',
      `local,path=${escaped(machine.root)},mount_tag=root,security_model=none,readonly=on,multidevs=remap`,
    ],
    ...['-virtfs', `local,path=${escaped(places.exchange)},mount_tag=exchange,security_model=none`],
    ...['-chardev', `file,id=console,path=${escaped(places.console)}`, '-serial', 'chardev:console'],
    ...['-chardev', 'stdio,id=output,signal=off', ...machine.outputPort],
  ];
}

/** In qemu's options a comma begins the next one, and two stand for one. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}
