import { join } from 'node:path';
import {
  ConfigError,
  loadConfig,
  loadInTime,
  parseConfig,
  type Config,
  type ConfigOptions,
  type LoadedInTime,
} from '../../src/config/index.js';
import { nameProblem } from '../../src/destinations/index.js';
import { mustAnswer, UnansweredError } from '../../src/mounts/index.js';
import { CommandError } from '../exit-codes.js';
import type { Usage, What } from './main-options.js';
import { placed } from './places.js';

type Selection = Extract<What, { kind: 'selector' }>;

type Asked = Pick<Usage, 'what' | 'hostname' | 'dryRun'>;

/**
 * The configuration that the command line asks for, with all places in it, read anew at each call.
 *
 * @throws ConfigError, CommandError
 */
export function load(usage: Asked): Config {
  const { what } = usage;
  return completed(
    what.kind === 'selector' ? selected(what) : loadConfig(what.path, optionsFor(usage)),
    usage,
  );
}

/**
 * The same for an agent.
 *
 * @param again nothing may be waited for
 * @throws ConfigError, CommandError, UnansweredError
 */
export async function loadForAgent(usage: Asked, again: boolean): Promise<LoadedInTime> {
  const { what } = usage;
  if (what.kind === 'selector') return { config: completed(selected(what), usage), silent: [] };
  const { config, silent } = await loadInTime(what.path, optionsFor(usage), again);
  return { config: completed(config, usage), silent };
}

/**
 * The same for who answers by a time.
 *
 * @throws ConfigError, CommandError, UnansweredError
 */
export async function loadOnce(usage: Asked): Promise<Config> {
  const { what } = usage;
  if (what.kind !== 'selector') await mustAnswer([what.path]);
  const { config, silent } = await loadForAgent(usage, false);
  const [first] = silent;
  if (first !== undefined) throw new UnansweredError(first);
  return config;
}

function optionsFor({ dryRun }: Asked): ConfigOptions {
  return { destinations: dryRun ? 'optional' : 'required' };
}

function completed(written: Config, { hostname, dryRun }: Asked): Config {
  const config = placed(written, { dryRun });
  return hostname === undefined ? config : { ...config, host: checkedHost(hostname, config.destinations) };
}

/** One service over what a selector matches, which goes nowhere but to who asks. */
function selected({ key, value, resource, warning, critical }: Selection): Config {
  // A number is a process id; whatever else it is, the schema tells what is wrong with it.
  const written = key === 'pid' && value !== undefined && /^\d+$/.test(value) ? Number(value) : value;
  return fromCommandLine({
    services: [
      {
        // First, so that it is the first to be told wrong.
        resource,
        service: resource || 'none',
        process: written === undefined ? key : { [key]: written },
        ...(warning !== undefined && { warning }),
        ...(critical !== undefined && { critical }),
      },
    ],
  });
}

/** The file's rules hold for a name on the command line. */
export function checkedHost(host: string, destinations: Config['destinations']): string {
  const service = { service: 'nofile', process: { pid: 1 }, resource: 'nofile', warning: 1 };
  const checked = fromCommandLine({ host, services: [service] }).host;
  const problem = nameProblem(destinations, 'host', checked);
  if (problem !== undefined) throw new CommandError(`--hostname: ${problem}`);
  return checked;
}

/** What was written on the command line, as the file that says the same. JSON is YAML. */
function fromCommandLine(file: object): Config {
  const options: ConfigOptions = { destinations: 'optional', hostName: () => 'localhost' };
  try {
    // Relative paths start where the command was called.
    return parseConfig(JSON.stringify(file), join(process.cwd(), 'command-line'), options);
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(asOption(error));
    throw error;
  }
}

/** What is about `services[0].process.pid` is about `--pid` to who wrote no file. */
function asOption({ path = [], problem }: ConfigError): string {
  const key = path.find((each) => typeof each === 'string' && !['services', 'process'].includes(each));
  return key === undefined ? problem : `--${key === 'host' ? 'hostname' : String(key)}: ${problem}`;
}
