import { parseArgs } from 'node:util';
import { ATTACH_MODES } from '../../src/rlimit-events/index.js';
import { kernels, type Kernel } from './kernels.js';

const modes: readonly string[] = [...ATTACH_MODES, 'auto'];
const names = kernels.map(({ name }) => name).join(', ');

export const usage = `usage: npm run test:kernels -- [--only KERNEL]... [--attach MODE]... [--command COMMAND] [--timeout SECONDS] [--icount]

  --only KERNEL      ${names}; may be given more than once (default: all)
  --attach MODE      ${modes.join(', ')}; may be given more than once (default: all that the kernel has, without auto)
  --command COMMAND  what sh runs in each guest, in the checkout (default: the tests of test/kernel, in each mode)
  --timeout SECONDS  how long one guest may take, on this machine's clock (default: 3600)
  --icount           one processor, and a clock that counts its instructions: slower, but repeatable
`;

export interface Options {
  kernels: readonly Kernel[];
  /** What was given with --command. */
  command?: string | undefined;
  /** What was given with --attach. */
  attach: readonly string[];
  timeoutSeconds: number;
  icount: boolean;
}

/** What was asked for cannot be done. The message is one line. */
export class UsageError extends Error {}

/** What sh runs in the guest of a kernel: the tests of test/kernel in each attach mode, or what was given instead. */
export function commandFor(kernel: Kernel, { command, attach }: Options): string {
  if (command !== undefined) return command;
  const has: readonly string[] = [...kernel.modes, 'auto'];
  const wanted = attach.length === 0 ? kernel.modes : attach.filter((mode) => has.includes(mode));
  const others = attach.filter((mode) => !has.includes(mode));
  return [...others.map((mode) => `echo "-- attach mode ${mode}: not on this kernel"`), tests(wanted)].join(
    '; ',
  );
}

/** One mode after the other; fails if any does. */
function tests(attach: readonly string[]): string {
  const jest =
    'node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js';
  return `status=0; for mode in ${attach.join(' ')}; do echo "-- attach mode $mode"; RLIMIT_TEST_ATTACH=$mode ${jest} --runInBand dist/test/kernel || status=1; done; exit $status`;
}

/** Throws UsageError; undefined means that the usage was asked for. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const values = parse(argv);
  if (values.help) return undefined;
  return {
    kernels: chosen(values.only),
    command: values.command,
    attach: chosenModes(values.attach),
    timeoutSeconds: seconds(values.timeout),
    icount: values.icount,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        attach: { type: 'string', multiple: true, default: [] },
        command: { type: 'string' },
        timeout: { type: 'string', default: '3600' },
        icount: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function chosen(wanted: readonly string[]): readonly Kernel[] {
  const unknown = wanted.find((each) => !kernels.some(({ name }) => name === each));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: there is ${names}`);
  return wanted.length === 0 ? kernels : kernels.filter(({ name }) => wanted.includes(name));
}

function chosenModes(wanted: readonly string[]): readonly string[] {
  const unknown = wanted.find((mode) => !modes.includes(mode));
  if (unknown !== undefined) throw new UsageError(`--attach ${unknown}: there is ${modes.join(', ')}`);
  return wanted;
}

function seconds(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) {
    throw new UsageError(`--timeout ${text}: a whole number of seconds, from 1 to 999999`);
  }
  return Number(text);
}
