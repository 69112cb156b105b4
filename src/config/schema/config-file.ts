import { hostname } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import { destinationSettings, nameProblem } from '../../destinations/index.js';
import type { Config } from '../config.js';
import type { ConfigOptions } from '../options.js';
import { durationOf, longestPath, parsed, pathProblem, section, wants } from '../../schema/index.js';
import { nagiosName } from './nagios-name.js';
import { services } from './service.js';

/** The whole file. Relative paths in it are taken from `directory`. */
export function configFile(directory: string, options: ConfigOptions): z.ZodType<Config> {
  return section('a configuration', 'host:, destinations: and services:', {
    // Checked like a written one: a machine may have a name that no server takes.
    host: nagiosName('a host name', 'host: gw01').prefault(options.hostName ?? hostname),
    heartbeat,
    state_directory: place(directory, 'state_directory: /var/lib/check_rlimit_passive').optional(),
    status_socket: place(
      directory,
      'status_socket: /run/check_rlimit_passive/status.sock',
      longestSocket,
    ).optional(),
    btf_file: place(directory, 'btf_file: /etc/check_rlimit_passive/gateway.btf').optional(),
    destinations: destinations(directory, options),
    services,
  }).transform((written, context): Config => {
    const {
      state_directory: stateDirectory,
      status_socket: statusSocket,
      btf_file: btfFile,
      ...rest
    } = written;
    // Zod lets an unknown key pass to here, without what has it.
    if (context.issues.length === 0) namesCanBeCarried(rest, context);
    return {
      ...rest,
      ...(stateDirectory !== undefined && { stateDirectory }),
      ...(statusSocket !== undefined && { statusSocket }),
      ...(btfFile !== undefined && { btfFile }),
    };
  });
}

/** Refuses names that a destination of the file cannot carry. */
function namesCanBeCarried(
  { host, services, destinations }: Pick<Config, 'host' | 'services' | 'destinations'>,
  context: z.RefinementCtx,
): void {
  const check = (what: 'host' | 'service', name: string, path: PropertyKey[]) => {
    const message = nameProblem(destinations, what, name);
    if (message !== undefined) context.addIssue({ code: 'custom', path, message });
  };
  check('host', host, ['host']);
  for (const [index, { description }] of services.entries())
    check('service', description, ['services', index, 'service']);
}

const heartbeat = parsed((written) =>
  written === 'off'
    ? undefined
    : durationOf(written, { least: '1s', most: '7d', example: 'heartbeat: 5m, or heartbeat: off' }),
).prefault('5m');

/** sun_path of a unix socket's address without its NUL (unix(7)). */
const longestSocket = 107;

/** A path of ours, from `directory` on if it is relative. */
function place(directory: string, example: string, longest = longestPath) {
  return z
    .string(wants('a path', example))
    .min(1, wants('a path', example))
    .transform((path) => resolve(directory, path))
    .superRefine((path, context) => {
      const problem = pathProblem(path, longest);
      if (problem !== undefined) context.addIssue(problem);
    });
}

function destinations(directory: string, options: ConfigOptions) {
  const list = z.array(destinationSettings(directory), wants('a list of destinations', '- type: nsca'));
  return options.destinations === 'optional'
    ? list.default([])
    : list.min(1, 'has no destination; write at least one');
}
