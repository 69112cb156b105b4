import { parseArgs } from 'node:util';
import { ATTACH_MODES } from '../../src/rlimit-events/index.js';
import { kernels, type Kernel } from '../../rig/guests/kernels.js';
import type { BootOptions } from '../../rig/guests/boot.js';
import type { Architecture } from '../../rig/guests/architecture.js';
import { machines } from '../../rig/guests/machines.js';

const modes: readonly string[] = [...ATTACH_MODES, 'auto'];
const architectures = Object.keys(machines) as Architecture[];
const kernelsOf = (wanted: string) => kernels.filter(({ architecture }) => architecture === wanted);
const namesOf = (wanted: string) =>
  kernelsOf(wanted)
    .map(({ name }) => name)
    .join(', ');

export const usage = `usage: npm run test:kernels -- [OPTION]... [TEST]...

  TEST               of test/kernel, without its ending, such as levels or resources/memory (default: all)
  --arch ARCH        ${architectures.join(', ')} (default: amd64)
  --only KERNEL      may be given more than once (default: all of the architecture):
${architectures.map((each) => `                     ${each}: ${namesOf(each)}\n`).join('')}\
  --attach MODE      ${modes.join(', ')}; may be given more than once (default: all that the kernel has, without auto)
  --command COMMAND  what sh runs in each guest, in the checkout, instead of the tests
  --timeout SECONDS  how long one guest may take, on this machine's clock (default: 3600)
  --full             as many operations as on a real machine, where the tests make fewer in a guest: takes hours
  --write            writes a line for each mode into docs/platforms.md, passed or not
  --icount           one processor, and a clock that counts its instructions: slower, but repeatable
`;

export interface Options extends BootOptions {
  kernels: readonly Kernel[];
  /** What was given with --command. */
  command?: string | undefined;
  /** What was given with --attach. */
  attach: readonly string[];
  /** Of test/kernel, without their endings; none is all. */
  tests: readonly string[];
  /** What was given with --full. */
  full: boolean;
  /** What was given with --write. */
  write: boolean;
}

/** What was asked for cannot be done. The message is one line. */
export class UsageError extends Error {}

/** What sh runs in the guest of a kernel: the tests of test/kernel in each attach mode, or what was given instead. */
export function commandFor(kernel: Kernel, { command, attach, tests, full }: Options): string {
  if (command !== undefined) return command;
  const has: readonly string[] = [...kernel.modes, 'auto'];
  const wanted = attach.length === 0 ? kernel.modes : attach.filter((mode) => has.includes(mode));
  const others = attach.filter((mode) => !has.includes(mode));
  return [
    ...others.map((mode) => `echo "-- attach mode ${mode}: not on this kernel"`),
    ...(full ? ['export RLIMIT_TEST_FULL=1'] : []),
    jest(wanted, tests),
  ].join('; ');
}

/** What nobody promises to see is to be told as lost. */
const ENVIRONMENT = '--env=./dist/test/support/exact-or-told.js';

/** One mode after the other; fails if any does. */
function jest(attach: readonly string[], tests: readonly string[]): string {
  const node =
    'node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js';
  const files =
    tests.length === 0 ? ['dist/test/kernel'] : tests.map((test) => `dist/test/kernel/${test}.test.js`);
  return `status=0; for mode in ${attach.join(' ')}; do echo "-- attach mode $mode"; RLIMIT_TEST_ATTACH=$mode ${node} --runInBand ${ENVIRONMENT} ${files.join(' ')} || status=1; done; exit $status`;
}

/** Throws UsageError; undefined means that the usage was asked for. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const { values, positionals } = parse(argv);
  if (values.help) return undefined;
  return {
    kernels: chosen(values.arch, values.only),
    command: values.command,
    attach: chosenModes(values.attach),
    tests: positionals,
    timeoutSeconds: seconds(values.timeout),
    icount: values.icount,
    full: values.full,
    write: values.write,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        arch: { type: 'string', default: 'amd64' },
        only: { type: 'string', multiple: true, default: [] },
        attach: { type: 'string', multiple: true, default: [] },
        command: { type: 'string' },
        timeout: { type: 'string', default: '3600' },
        icount: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function chosen(architecture: string, wanted: readonly string[]): readonly Kernel[] {
  const known = kernelsOf(architecture);
  if (known.length === 0)
    throw new UsageError(`--arch ${architecture}: there is ${architectures.join(', ')}`);
  const unknown = wanted.find((each) => !known.some(({ name }) => name === each));
  if (unknown !== undefined)
    throw new UsageError(`--only ${unknown}: for ${architecture} there is ${namesOf(architecture)}`);
  return wanted.length === 0 ? known : known.filter(({ name }) => wanted.includes(name));
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
