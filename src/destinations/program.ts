import { resolve } from 'node:path';
import * as z from 'zod';
import {
  findProgram,
  inheritedEnvironment,
  KeptProgram,
  runBounded,
  startTrouble,
  troubleOf,
  type Bounds,
  type Ended,
  type GivenUp,
} from '../programs/index.js';
import { argument, argumentList, key, section, wants } from '../schema/index.js';
import { pluginOutput, resultLine, resultToJson, returnCode, type ServiceResult } from '../services/index.js';
import { clip, inAList, printable } from '../text/index.js';
import { answerOf } from './answer.js';
import type { Deliver, Failure, Outcome } from './destination.js';
import type { DestinationKind } from './kind.js';

/** A program of the administrator's, which is started for each batch and gets a line for each result. */
export interface ProgramSettings {
  readonly type: 'program';
  /** A path, or a name that is looked for in PATH, and its arguments. */
  readonly run: readonly [string, ...string[]];
  readonly format: Format;
  /** It is started once, and gets the lines of all batches. */
  readonly keep?: boolean;
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
  about: 'A program of yours, which gets a line for each result on its standard input',
  schema: (directory) =>
    section('a destination', '{ type: program, run: [send_gearman, --server=mon1] }', {
      type: z.literal('program'),
      run: key(argumentList(command(directory), { example: '--server=mon1', run: RUN, inAList }), {
        about: 'it and its arguments in a list, which gets a line for each result on its standard input',
        example: ['send_gearman', '--server=mon1'],
      }),
      format: key(
        z
          .enum(Object.keys(FORMATS) as [Format, ...Format[]], wants('lines or json', 'format: json'))
          .default('lines'),
        {
          about:
            'of these lines: `lines`, as `--dry-run` prints them, or `json`, [a result as an object](json.md#results)',
        },
      ),
      keep: key(z.boolean(wants('true or false', 'keep: true')).default(false), {
        about: '`true`: it is started once, and gets the lines of all results as they come',
      }),
    }).transform(({ keep, ...rest }) => ({ ...rest, ...(keep && { keep }) })),
  // Without its arguments, which may hold a secret.
  nameOf: ({ run: [command] }) => `program ${command}`,
  make: (settings) => (settings.keep === true ? deliverToKept(settings) : deliverTo(settings)),
  staysHere: true,
  examine: ({ run }) =>
    answerOf(
      () => examine(run[0]),
      (error) => startTrouble(error, run),
    ),
  firstSteps: {
    asks: [{ key: 'run' }],
    delivered: 'was taken by the program',
    central: 'nagios',
  },
};

/** It may send what it gets, so it is not run. */
async function examine(command: string): Promise<string> {
  const path = await findProgram(command, inheritedEnvironment());
  return `${path} can be executed; it was not run, so only results can prove that it takes them`;
}

/**
 * Exit status 0 means that it has taken all; anything else, that it has taken none.
 *
 * @param bounds of its time
 */
export function deliverTo({ run, format }: ProgramSettings, bounds = BOUNDS): Deliver {
  return async (results, signal) => {
    const input = linesOf(results, format);
    const outcome = await outcomeOf(
      () => runBounded(run, { input, bounds, signal, environment: inheritedEnvironment() }),
      run,
      bounds,
    );
    return results.map(() => outcome);
  };
}

/** Milliseconds. One that cannot do its work ends soon, as a rule; one that may is left alone. */
const TRIAL = 1000;
const FAREWELL = 2000;

/**
 * Results count as taken when they are in its standard input and it goes on running for a second, or ends well. That is
 * as far as rsyslog's omprog and syslog-ng's program() go without an answer; and it ends as theirs, by the end of its
 * input.
 */
export function deliverToKept(
  { run, format }: ProgramSettings,
  { bounds = BOUNDS, trial = TRIAL, farewell = FAREWELL } = {},
): Deliver {
  const program = new KeptProgram(run, { environment: inheritedEnvironment(), bounds, trial, farewell });
  return Object.assign<Deliver, Pick<Deliver, 'close'>>(
    async (results, signal, onWritten = () => undefined) => {
      const outcome = await outcomeOf(
        () => program.give(linesOf(results, format), signal, onWritten),
        run,
        bounds,
      );
      return results.map(() => outcome);
    },
    { close: () => program.close() },
  );
}

function linesOf(results: readonly ServiceResult[], format: Format): string {
  return results.map((result) => `${FORMATS[format](result)}\n`).join('');
}

/** @param give returns how the program has ended, unless it has taken all and goes on */
async function outcomeOf(
  give: () => Promise<Ended | GivenUp | undefined>,
  run: ProgramSettings['run'],
  bounds: Bounds,
): Promise<Outcome> {
  try {
    const ended = await give();
    const trouble = ended ? troubleOf(ended, bounds) || unreadOf(ended) : '';
    if (trouble === '') return { status: 'delivered' };
    return failed('unreachable', ended?.stderr ? `${trouble}: ${ended.stderr}` : trouble);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isForSomebody = code === 'ENOENT' || code === 'EACCES';
    return failed(isForSomebody ? 'rejected' : 'unreachable', startTrouble(error, run));
  }
}

function unreadOf(ended: Ended | GivenUp): string {
  return 'hadAll' in ended && !ended.hadAll ? 'it has ended before it had read all' : '';
}

function failed(failure: Failure, reason: string): Outcome {
  return { status: 'failed', failure, reason: clip(printable(reason), LONGEST_REASON) };
}

const RUN = 'run: [send_gearman, --server=mon1]';
const commandWanted = wants('the name or the path of a program', RUN);

/** A path is taken from `directory` on, a name alone is left to PATH. */
const command = (directory: string) =>
  argument(commandWanted)
    .min(1, commandWanted)
    .transform((written) => (written.includes('/') ? resolve(directory, written) : written));
