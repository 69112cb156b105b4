import { Icinga2Error } from './errors.js';

/** A service by its names in Icinga, which tells upper from lower case. */
export interface ServiceName {
  readonly host: string;
  readonly service: string;
}

/** One passive check result of a service. */
export interface CheckResult extends ServiceName {
  /** OK, WARNING, CRITICAL, UNKNOWN. */
  readonly exitStatus: 0 | 1 | 2 | 3;
  /** Icinga keeps its lines as they are, and looks for no perfdata in it. */
  readonly output: string;
  /** One text for each figure, such as `fds=81;50;80;0;100`. */
  readonly perfdata: readonly string[];
  /** Who has checked. */
  readonly checkSource: string;
  /** Seconds after which the service counts as stale, if nothing newer comes. */
  readonly ttl?: number;
  /** When the state began, if that is not now: seconds since 1970. */
  readonly executionEnd?: number;
}

/**
 * The request's body. There is no `execution_start`: a service that was found stale meanwhile has a newer one, and
 * Icinga 2.13 drops what is older and says that it was taken.
 *
 * @throws Icinga2Error `invalid-result`: without a target the result would go to every service of the user, and an
 *   exit status that JSON does not know would be OK
 */
export function bodyOf(result: CheckResult): string {
  const { exitStatus, output, perfdata, checkSource, ttl, executionEnd } = result;
  if (![0, 1, 2, 3].includes(exitStatus))
    throw invalid(`The exit status ${String(exitStatus)} is none of 0, 1, 2, 3.`);
  return JSON.stringify({
    service: fullName(result),
    exit_status: exitStatus,
    plugin_output: output,
    performance_data: perfdata,
    check_source: checkSource,
    ...(ttl !== undefined && { ttl }),
    ...(executionEnd !== undefined && { execution_end: executionEnd }),
  });
}

/** As Icinga names the object. @throws Icinga2Error `invalid-result` */
export function fullName({ host, service }: ServiceName): string {
  for (const [what, name] of [
    ['host', host],
    ['service', service],
  ] as const) {
    if (typeof name !== 'string' || name === '') throw invalid(`The ${what} has no name.`);
    if (name.includes('!'))
      throw invalid(`The ${what} ${JSON.stringify(name)} has an exclamation mark, which Icinga cannot have.`);
  }
  return `${host}!${service}`;
}

const invalid = (message: string) => new Icinga2Error('invalid-result', message);
