import { join } from 'node:path';
import {
  ConfigError,
  loadConfig,
  parseConfig,
  type Config,
  type ConfigOptions,
} from '../src/config/index.js';
import { parseEncryption } from '../src/nsca-client/index.js';
import { CommandError } from './exit-codes.js';
import type { Usage, What } from './main-options.js';

type Selection = Extract<What, { kind: 'selector' }>;

/**
 * The configuration that the command line asks for, read anew at each call.
 *
 * @throws ConfigError, CommandError
 */
export function load({ what, hostname, dryRun }: Pick<Usage, 'what' | 'hostname' | 'dryRun'>): Config {
  const config =
    what.kind === 'selector'
      ? selected(what)
      : loadConfig(what.path, {
          encryption: parseEncryption,
          destinations: dryRun ? 'optional' : 'required',
        });
  return hostname === undefined ? config : { ...config, host: checkedHost(hostname) };
}

/** One service over what a selector matches, which goes nowhere but to who asks. */
function selected({ key, value, resource, warning, critical }: Selection): Config {
  // A number is a process id; whatever else it is, the schema tells what is wrong with it.
  const written = key === 'pid' && /^\d+$/.test(value) ? Number(value) : value;
  return fromCommandLine({
    services: [
      {
        // First, so that it is the first to be told wrong.
        resource,
        service: resource || 'none',
        process: { [key]: written },
        ...(warning !== undefined && { warning }),
        ...(critical !== undefined && { critical }),
      },
    ],
  });
}

/** The file's rules hold for a name on the command line. */
function checkedHost(host: string): string {
  const service = { service: 'nofile', process: { pid: 1 }, resource: 'nofile', warning: 1 };
  return fromCommandLine({ host, services: [service] }).host;
}

/** What was written on the command line, as the file that says the same. JSON is YAML. */
function fromCommandLine(file: object): Config {
  // Relative paths start where the command was called.
  const name = join(process.cwd(), 'command-line');
  const options: ConfigOptions = { destinations: 'optional', hostName: () => 'localhost' };
  try {
    return parseConfig(JSON.stringify(file), name, options);
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(asOption(error.message.slice(name.length)));
    throw error;
  }
}

const optionOf: Readonly<Record<string, string>> = { host: 'hostname' };

/** `:1:40: services[0].process.pid: what is wrong` is `--pid: what is wrong` to who wrote no file. */
function asOption(problem: string): string {
  return problem
    .replace(/^(:\d+)*: /, '')
    .replace(
      /^(?:services\[0\]\.)?(?:process\.)?(\w+)[\w.[\]]*: /,
      (_all, key: string) => `--${optionOf[key] ?? key}: `,
    );
}
