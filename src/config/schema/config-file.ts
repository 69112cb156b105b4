import { hostname } from 'node:os';
import { z } from 'zod';
import type { Config } from '../config.js';
import type { ConfigOptions } from '../options.js';
import { longestHost, nagiosName } from './nagios-name.js';
import { nscaDestination } from './nsca-destination.js';
import { section } from './section.js';
import { services } from './service.js';
import { unwanted, wants } from './wants.js';

/** The whole file. Relative paths in it are taken from `directory`. */
export function configFile(directory: string, options: ConfigOptions): z.ZodType<Config> {
  return section('a configuration', 'host:, destinations: and services:', {
    // Checked like a written one: a machine may have a name that NSCA cannot carry.
    host: nagiosName('a host name', 'host: gw01', longestHost).prefault(options.hostName ?? hostname),
    destinations: destinations(directory, options),
    services,
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
