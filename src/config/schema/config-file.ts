import { hostname } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import { destinationSettings, nameProblem } from '../../destinations/index.js';
import type { Config } from '../config.js';
import type { ConfigOptions } from '../options.js';
import {
  DURATION,
  durationOf,
  key,
  longestPath,
  parsed,
  pathProblem,
  section,
  wants,
  writtenAs,
} from '../../schema/index.js';
import { nagiosName } from './nagios-name.js';
import { services, type NameOfService } from './service.js';

/** The whole file. Relative paths in it are taken from `directory`. */
export function configFile(
  directory: string,
  options: ConfigOptions,
  nameOf?: NameOfService,
): z.ZodType<Config> {
  return section('a configuration', 'host:, destinations: and services:', {
    // Checked like a written one: a machine may have a name that no server takes.
    host: key(nagiosName('a host name', 'host: gw01').prefault(options.hostName ?? hostname), {
      about: 'the host, exactly as the server names it',
      without: "the machine's host name",
      example: 'gw01',
    }),
    heartbeat: key(heartbeat(), {
      about: "every service's state is sent at least so often, from `1s` to `7d`, or `off` for never",
    }),
    state_directory: key(place(directory, 'state_directory: /var/lib/check_rlimit_passive').optional(), {
      about: 'where results survive that could not be delivered yet',
      without: '`/var/lib/check_rlimit_passive`',
      example: '/var/lib/check_rlimit_passive',
    }),
    status_socket: key(
      place(directory, 'status_socket: /run/check_rlimit_passive/status.sock', longestSocket).optional(),
      {
        about: 'where `status` asks',
        without: '`/run/check_rlimit_passive/status.sock`',
        example: '/run/check_rlimit_passive/status.sock',
      },
    ),
    metrics_file: key(promFile(directory).optional(), {
      about:
        "where the numbers of `status` are kept for node_exporter's textfile collector, see [metrics.md](metrics.md#the-file)",
      example: '/var/lib/prometheus/node-exporter/check_rlimit_passive.prom',
    }),
    btf_file: key(place(directory, 'btf_file: /etc/check_rlimit_passive/gateway.btf').optional(), {
      about: 'the types of a kernel that was built without BTF, see [boards.md](boards.md)',
      without: 'looked for by release',
      example: '/etc/check_rlimit_passive/gateway.btf',
    }),
    destinations: key(destinations(directory, options), {
      about: 'where results go, in a list; each gets all of them',
      ...(options.destinations === 'optional' && { without: 'nothing is sent, which `--dry-run` takes' }),
    }),
    services: key(services(nameOf), { about: 'what is watched, in a list' }),
  }).transform((written, context): Config => {
    const {
      state_directory: stateDirectory,
      status_socket: statusSocket,
      metrics_file: metricsFile,
      btf_file: btfFile,
      ...rest
    } = written;
    // Zod lets an unknown key pass to here, without what has it.
    if (context.issues.length === 0) namesCanBeCarried(rest, context);
    return {
      ...rest,
      ...(stateDirectory !== undefined && { stateDirectory }),
      ...(statusSocket !== undefined && { statusSocket }),
      ...(metricsFile !== undefined && { metricsFile }),
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

const heartbeat = () =>
  parsed(
    (written) =>
      written === 'off'
        ? undefined
        : durationOf(written, { least: '1s', most: '7d', example: 'heartbeat: 5m, or heartbeat: off' }),
    { type: 'string', pattern: `^(?:off|${DURATION})$` },
  ).prefault('5m');

/** sun_path of a unix socket's address without its NUL (unix(7)). */
const longestSocket = 107;

/** A path of ours, from `directory` on if it is relative. */
function place(directory: string, example: string, longest = longestPath) {
  const schema = z
    .string(wants('a path', example))
    .min(1, wants('a path', example))
    .transform((path) => resolve(directory, path))
    .superRefine((path, context) => {
      const problem = pathProblem(path, longest);
      if (problem !== undefined) context.addIssue(problem);
    });
  return writtenAs(schema, () => ({ pattern: String.raw`^[^\p{Cc}\p{Cs}]+$` }));
}

/** The collector passes over all other names. */
function promFile(directory: string) {
  const example = 'metrics_file: /var/lib/prometheus/node-exporter/check_rlimit_passive.prom';
  const schema = place(directory, example).superRefine((path, context) => {
    if (!path.endsWith('.prom'))
      context.addIssue(`does not end in .prom, and node_exporter reads no others; write such as ${example}`);
  });
  return writtenAs(schema, () => ({ pattern: String.raw`^[^\p{Cc}\p{Cs}]*\.prom$` }));
}

function destinations(directory: string, options: ConfigOptions) {
  const list = z.array(destinationSettings(directory), wants('a list of destinations', '- type: nsca'));
  return options.destinations === 'optional'
    ? list.default([])
    : list.min(1, 'has no destination; write at least one');
}
