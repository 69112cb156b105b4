import { resolve } from 'node:path';
import * as z from 'zod';
import {
  findProgram,
  inheritedEnvironment,
  runBounded,
  startTrouble,
  troubleOf,
  type Bounds,
} from '../programs/index.js';
import { section, wants } from '../schema/index.js';
import { pluginOutput, resultLine, resultToJson, returnCode, type ServiceResult } from '../services/index.js';
import { clip, printable } from '../text/index.js';
import type { Deliver, Failure, Outcome } from './destination.js';
import type { DestinationKind, Examined } from './kind.js';

/** A program of the administrator's, which is started for each batch and gets a line for each result. */
export interface ProgramSettings {
  readonly type: 'program';
  /** A path, or a name that is looked for in PATH, and its arguments. */
  readonly run: readonly [string, ...string[]];
  readonly format: Format;
}

type Format = keyof typeof FORMATS;

/** How a line of its standard input says a result. */
const FORMATS = {
  /** As `send_nsca -ds 0x0a` takes it, and `--dry-run` prints it. */
  lines: resultLine,
  json: (result: ServiceResult) =>
    JSON.stringify({
      ...resultToJson(result),
      returnCode: returnCode(result.state),
      output: pluginOutput(result),
    }),
} as const;

const BOUNDS: Bounds = { time: 30_000, grace: 5_000 };
/** Characters of what it says. */
const LONGEST_REASON = 200;

export const program: DestinationKind<ProgramSettings> = {
  type: 'program',
  schema: (directory) =>
    section('a destination', '{ type: program, run: [send_gearman, --server=mon1] }', {
      type: z.literal('program'),
      run: z.tuple([command(directory)], argument, wants('a program and its arguments in a list', RUN)),
      format: z
        .enum(Object.keys(FORMATS) as [Format, ...Format[]], wants('lines or json', 'format: json'))
        .default('lines'),
    }),
  // Without its arguments, which may hold a secret.
  nameOf: ({ run: [command] }) => `program ${command}`,
  make: (settings) => deliverTo(settings),
  examine: async ({ run: [command] }) => [await examine(command)],
};

/** It may send what it gets, so it is not run. */
async function examine(command: string): Promise<Examined> {
  try {
    const path = await findProgram(command, inheritedEnvironment());
    return {
      status: 'ok',
      text: `${path} can be executed; it was not run, so only results can prove that it takes them`,
    };
  } catch (error) {
    return { status: 'failed', text: startTrouble(error) };
  }
}

/**
 * Exit status 0 means that it has taken all; anything else, that it has taken none.
 *
 * @param bounds of its time
 */
export function deliverTo({ run, format }: ProgramSettings, bounds = BOUNDS): Deliver {
  const render = FORMATS[format];
  return async (results, signal) => {
    const input = results.map((result) => `${render(result)}\n`).join('');
    const outcome = await outcomeOf(run, { input, bounds, signal });
    return results.map(() => outcome);
  };
}

async function outcomeOf(
  run: ProgramSettings['run'],
  options: { readonly input: string; readonly bounds: Bounds; readonly signal: AbortSignal },
): Promise<Outcome> {
  try {
    const ended = await runBounded(run, { ...options, environment: inheritedEnvironment() });
    const trouble = troubleOf(ended, options.bounds);
    if (trouble === '') return { status: 'delivered' };
    return failed('unreachable', ended.stderr === '' ? trouble : `${trouble}: ${ended.stderr}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failed(code === 'ENOENT' || code === 'EACCES' ? 'rejected' : 'unreachable', startTrouble(error));
  }
}

function failed(failure: Failure, reason: string): Outcome {
  return { status: 'failed', failure, reason: clip(printable(reason), LONGEST_REASON) };
}

const RUN = 'run: [send_gearman, --server=mon1]';
const NO_NUL = /^[^\0]*$/;
const nul = 'has a NUL, which no argument can hold; take it away';
const argument = z.string(wants('text', '--server=mon1')).regex(NO_NUL, nul);

/** A path is taken from `directory` on, a name alone is left to PATH. */
const command = (directory: string) =>
  z
    .string(wants('the name or the path of a program', RUN))
    .min(1, wants('the name or the path of a program', RUN))
    .regex(NO_NUL, nul)
    .transform((written) => (written.includes('/') ? resolve(directory, written) : written));
