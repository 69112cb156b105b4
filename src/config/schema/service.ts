import * as z from 'zod';
import { parseResource, ResourceError, RESOURCES, type Resource, type Unit } from '../../resources/index.js';
import { processSelector } from '../../selection/index.js';
import type { State } from '../../services/index.js';
import type { Service } from '../config.js';
import { duration, parsed, Problem, section, unwanted, wants } from '../../schema/index.js';
import { actions } from './actions.js';
import { bound, WHAT } from './bound.js';
import { fewEnoughLevels } from './level-count.js';
import { fewEnoughSelectors } from './selector-count.js';
import { nagiosName } from './nagios-name.js';
import { range } from './range.js';

const resource = parsed((written): Resource | Problem => {
  if (typeof written !== 'string' || written === '')
    return new Problem(unwanted(written, 'a resource', Object.keys(RESOURCES).join(' or ')));
  try {
    return parseResource(written);
  } catch (error) {
    if (error instanceof ResourceError) return new Problem(error.message);
    throw error;
  }
});

const states: readonly State[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

const absent = parsed((written): State | Problem => {
  const state = states.find((name) => typeof written === 'string' && written.toUpperCase() === name);
  return state ?? new Problem(unwanted(written, 'a state', 'ok, warning, critical or unknown'));
});

const reportEvery = (unit: Unit) =>
  bound({
    unit,
    what: WHAT[unit],
    example: 'report_every: 10%',
    leastShare: 2,
  });

const serviceIn = (unit: Unit) =>
  section('a service', '{ service: broker fds, process: …, resource: nofile, warning: 80% }', {
    service: nagiosName('a service description', 'service: broker fds'),
    process: processSelector,
    inherit: z.boolean(wants('true or false', 'inherit: false')).default(true),
    resource,
    warning: range(unit).optional(),
    critical: range(unit).optional(),
    absent: absent.optional(),
    report_every: reportEvery(unit).optional(),
    hold: duration({ least: '0s', most: '1h', example: 'hold: 5s' }).prefault('0s'),
    on_warning: actions(unit),
    on_critical: actions(unit),
    on_ok: actions(unit),
  }).transform((written, context): Service => {
    const { warning, critical, process, inherit, resource, absent, hold } = written;
    if (!warning && !critical) {
      context.addIssue('has neither warning nor critical; write at least one, such as warning: 80%');
    }
    return {
      description: written.service,
      process,
      inherit,
      resource,
      thresholds: { ...(warning && { warning }), ...(critical && { critical }) },
      ...(absent && { absent }),
      ...(written.report_every && { reportEvery: written.report_every }),
      hold,
      actions: {
        warning: written.on_warning,
        critical: written.on_critical,
        ok: written.on_ok,
      },
    };
  });

const byUnit: Readonly<Record<Unit, ReturnType<typeof serviceIn>>> = {
  count: serviceIn('count'),
  bytes: serviceIn('bytes'),
  seconds: serviceIn('seconds'),
  microseconds: serviceIn('microseconds'),
};

/** A service, whose quantities are in the unit of its resource wherever that is written. */
const service = z.unknown().transform((written, context): Service => {
  const named = resource.safeParse((written as { resource?: unknown } | null | undefined)?.resource);
  const result = byUnit[named.success ? RESOURCES[named.data].unit : 'count'].safeParse(written);
  for (const issue of result.error?.issues ?? []) context.addIssue({ ...issue });
  return result.data ?? z.NEVER;
});

/** The services, each with a description of its own: the central server tells them apart by it. */
export const services = z
  .array(service, wants('a list of services', '- service: broker fds'))
  .min(1, 'has no service; write at least one')
  // A transformation and no refinement, since zod refines a list whose items are still as they were written.
  .transform((list, context) => {
    // Zod lets an unknown key pass to here, without the service that has it.
    if (context.issues.length > 0) return list;
    eachOfItsOwn(list, context);
    fewEnoughLevels(list, context);
    fewEnoughSelectors(list, context);
    return list;
  });

function eachOfItsOwn(list: readonly Service[], context: z.RefinementCtx): void {
  const first = new Map<string, number>();
  for (const [index, { description }] of list.entries()) {
    const earlier = first.get(description);
    first.set(description, earlier ?? index);
    if (earlier === undefined) continue;
    const message = `is also the name of services[${earlier}]; give each service a name of its own`;
    context.addIssue({ code: 'custom', path: [index, 'service'], message });
  }
}
