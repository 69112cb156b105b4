import { hostname } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { Config } from '../config.js';
import type { ConfigOptions } from '../options.js';
import { pathProblem, longestPath } from './absolute-path.js';
import { durationOf } from './duration.js';
import { longestHost, nagiosName } from './nagios-name.js';
import { nscaDestination } from './nsca-destination.js';
import { parsed } from './parsed.js';
import { section } from './section.js';
import { services } from './service.js';
import { unwanted, wants } from './wants.js';

/** The whole file. Relative paths in it are taken from `directory`. */
export function configFile(directory: string, options: ConfigOptions): z.ZodType<Config> {
  return section('a configuration', 'host:, destinations: and services:', {
    // Checked like a written one: a machine may have a name that NSCA cannot carry.
    host: nagiosName('a host name', 'host: gw01', longestHost).prefault(options.hostName ?? hostname),
    heartbeat,
    state_directory: place(directory, 'state_directory: /var/lib/check_rlimit_passive').optional(),
    status_socket: place(
      directory,
      'status_socket: /run/check_rlimit_passive/status.sock',
      longestSocket,
    ).optional(),
    destinations: destinations(directory, options),
    services,
  }).transform(({ state_directory: stateDirectory, status_socket: statusSocket, ...rest }): Config => ({
    ...rest,
    ...(stateDirectory !== undefined && { stateDirectory }),
    ...(statusSocket !== undefined && { statusSocket }),
  }));
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
  const destination = z.discriminatedUnion('type', [nscaDestination(directory, options)], {
    error: ({ input }) => notADestination(input),
  });
  const list = z.array(destination, wants('a list of destinations', '- type: nsca'));
  return options.destinations === 'optional'
    ? list.default([])
    : list.min(1, 'has no destination; write at least one');
}

function notADestination(input: unknown): string {
  return input instanceof Object && !Array.isArray(input)
    ? unwanted((input as { type?: unknown }).type, 'a type of destination', 'type: nsca')
    : unwanted(input, 'a destination', '{ type: nsca, server: 192.0.2.1 }');
}
