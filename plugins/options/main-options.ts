import { CommandError } from '../exit-codes.js';
import type { AttachMode } from 'rlimit-events';
import type { Selector } from '../../src/selection/index.js';

type SelectorKey = Selector['kind'];

/**
 * What selects processes on the command line, the keys and words of `process:` in the file, and what each takes; a word
 * takes nothing. Written out, since the room that knows them takes long to load; the compiler knows if one is missing.
 */
export const SELECTORS: Readonly<Record<SelectorKey, string | undefined>> = {
  pid: 'pid',
  pidfile: 'file',
  exe: 'file',
  command: 'command',
  unit: 'unit',
  cgroup: 'cgroup',
  user: 'user',
  all: undefined,
};
const SELECTOR_KEYS = Object.keys(SELECTORS) as SelectorKey[];

/** The options of the agent as they were given. */
export type MainOptions = Ranges &
  Readonly<Partial<Record<Exclude<SelectorKey, 'all'> | 'hostname' | 'resource', string>>> & {
    readonly all?: true;
    readonly once?: boolean;
    /** In seconds. */
    readonly timeout?: number;
    readonly dryRun?: boolean;
    readonly verbose?: boolean;
    readonly attach?: AttachMode | 'auto';
  };

interface Ranges {
  /** The configuration file or, with a selector, the critical range. */
  readonly c?: string | undefined;
  readonly config?: string | undefined;
  readonly warning?: string | undefined;
  readonly critical?: string | undefined;
}

/** What is watched: what a file says, or one service over the processes of a selector. */
export type What =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'selector';
      readonly key: SelectorKey;
      /** Of a word there is none. */
      readonly value: string | undefined;
      readonly resource: string;
      readonly warning?: string;
      readonly critical?: string;
    };

/** The options, once they make sense together. */
export interface Usage {
  readonly what: What;
  readonly hostname?: string;
  readonly once: boolean;
  /** In milliseconds. */
  readonly timeout: number;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly attach: AttachMode | 'auto';
}

/** The guidelines' default. */
const TIMEOUT_SECONDS = 10;

/** @throws CommandError when the options do not go together */
export function usageOf(options: MainOptions): Usage {
  const { once = false, dryRun = false, verbose = false, attach = 'auto', timeout, hostname } = options;
  const what = whatOf(options);
  if (what.kind === 'selector' && !once && !dryRun)
    throw new CommandError(
      `--${what.key} needs a configuration file to know where to send: give -c FILE, or add --once or --dry-run`,
    );
  if (timeout !== undefined && !once) throw new CommandError('-t goes with --once only: an agent has no end');
  return {
    what,
    ...(hostname !== undefined && { hostname }),
    once,
    timeout: (timeout ?? TIMEOUT_SECONDS) * 1000,
    dryRun,
    verbose,
    attach,
  };
}

function whatOf({ c, config, warning, critical, ...options }: MainOptions): What {
  const [key, second] = SELECTOR_KEYS.filter((each) => options[each] !== undefined);
  if (key === undefined)
    return { kind: 'file', path: fileOf({ c, config, warning, critical }, options.resource) };
  if (second !== undefined)
    throw new CommandError(`--${key} and --${second} exclude each other: give one selector`);
  if (config !== undefined)
    throw new CommandError(`--${key} and --config exclude each other: processes are selected in the file`);
  const range = onlyOne('-c', c, '--critical', critical);
  if (range === undefined && warning === undefined)
    throw new CommandError(`--${key} needs a threshold: give -w RANGE, -c RANGE or both`);
  return {
    kind: 'selector',
    key,
    value: key === 'all' ? undefined : options[key],
    resource: options.resource ?? 'nofile',
    ...(warning !== undefined && { warning }),
    ...(range !== undefined && { critical: range }),
  };
}

function fileOf({ c, config, warning, critical }: Ranges, resource: string | undefined): string {
  if (resource !== undefined)
    throw new CommandError(
      '--resource goes with a selector such as --command NAME: a file has resources of its own',
    );
  if ((warning ?? critical) !== undefined)
    throw new CommandError(
      `${warning === undefined ? '--critical' : '-w'} goes with a selector such as --command NAME: a file has thresholds of its own`,
    );
  const path = onlyOne('-c', c, '--config', config);
  if (path === undefined)
    throw new CommandError('give the configuration file: check_rlimit_passive -c FILE, or see --help');
  return path;
}

/** Of two options that mean the same. @throws CommandError when both are there */
export function onlyOne(
  name: string,
  value: string | undefined,
  otherName: string,
  other: string | undefined,
): string | undefined {
  if (value !== undefined && other !== undefined)
    throw new CommandError(`${name} and ${otherName} mean the same here: give one of them`);
  return value ?? other;
}
