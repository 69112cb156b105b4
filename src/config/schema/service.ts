import * as z from 'zod';
import {
  parseResource,
  QUANTITY_EXAMPLES,
  ResourceError,
  RESOURCES,
  type Resource,
  type Unit,
} from '../../resources/index.js';
import { processSelector } from '../../selection/index.js';
import type { State } from '../../services/index.js';
import type { Service } from '../config.js';
import {
  duration,
  inAnyCase,
  jsonSchemaOf,
  key,
  once,
  parsed,
  Problem,
  section,
  unwanted,
  wants,
  writtenAs,
} from '../../schema/index.js';
import { actions } from './actions.js';
import { bound, counted, WHAT } from './bound.js';
import { fewEnoughLevels } from './level-count.js';
import { fewEnoughSelectors } from './selector-count.js';
import { narrowedBy } from './narrowed.js';
import { nagiosName } from './nagios-name.js';
import { range } from './range.js';

const resource = () =>
  parsed(
    (written): Resource | Problem => {
      if (typeof written !== 'string' || written === '')
        return new Problem(unwanted(written, 'a resource', Object.keys(RESOURCES).join(' or ')));
      try {
        return parseResource(written);
      } catch (error) {
        if (error instanceof ResourceError) return new Problem(error.message);
        throw error;
      }
    },
    { enum: Object.keys(RESOURCES) },
  );

const states: readonly State[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

const absent = () =>
  parsed(
    (written): State | Problem => {
      const state = states.find((name) => typeof written === 'string' && written.toUpperCase() === name);
      return state ?? new Problem(unwanted(written, 'a state', 'ok, warning, critical or unknown'));
    },
    {
      anyOf: [
        { enum: states.map((name) => name.toLowerCase()) },
        { type: 'string', pattern: `^${inAnyCase(states)}$` },
      ],
    },
  );

const reportEvery = (unit: Unit) =>
  bound({
    unit,
    what: WHAT[unit],
    example: 'report_every: 10%',
    leastShare: 2,
  });

const leastLimit = (unit: Unit) => counted('a limit', `least_limit: ${exampleOf(unit)}`, unit);
const exampleOf = (unit: Unit) => (unit === 'count' ? 64 : QUANTITY_EXAMPLES[unit]);

const serviceIn = (unit: Unit) => {
  const schema = section('a service', '{ service: broker fds, process: …, resource: nofile, warning: 80% }', {
    service: key(nagiosName('a service description', 'service: broker fds'), {
      about: 'the service description, exactly as the server has it',
      example: 'broker fds',
    }),
    process: key(processSelector(), {
      about: 'who is watched: one of the keys below, or `all`',
      example: { unit: 'broker.service' },
    }),
    inherit: key(z.boolean(wants('true or false', 'inherit: false')).default(true), {
      about: 'whether children count, too, whatever they run',
    }),
    absent: key(absent().optional(), {
      about: 'the state when no process matches: `ok`, `warning`, `critical` or `unknown`',
      without: '`unknown`',
      example: 'ok',
    }),
    resource: key(resource(), {
      about: 'what is limited, by its name in limits.conf(5)',
      example: 'nofile',
    }),
    warning: key(range(unit).optional(), {
      about: 'the range that is WARNING, see [thresholds](#thresholds)',
      without: 'nothing is, and `critical` is required',
      example: '50%',
    }),
    critical: key(range(unit).optional(), {
      about: 'the range that is CRITICAL',
      without: 'nothing is, and `warning` is required',
      example: '80%',
    }),
    least_limit: key(leastLimit(unit).optional(), {
      about:
        'processes with a smaller soft limit are left out, as if they were not there: some allow themselves less than they hold, to be shut in (sshd before a login)',
      without: 'none is',
      example: exampleOf(unit),
    }),
    report_every: key(reportEvery(unit).optional(), {
      about:
        'a share or a count: a result inside one state, too, when usage has moved by so much, so that graphs have points',
      without: 'none',
      example: '10%',
    }),
    hold: key(duration({ least: '0s', most: '1h', example: 'hold: 5s' }).prefault('0s'), {
      about:
        'how long it has to be better before a worse state is left, at most `1h`; a process that is there ends that of `absent` at once',
      example: '5s',
    }),
    on_warning: key(actions(unit), {
      about: 'what to do by itself when it becomes WARNING: an action, or a list of them',
      without: 'nothing',
      example: { signal: 'SIGUSR1' },
    }),
    on_critical: key(actions(unit), {
      about: 'the same when it becomes CRITICAL',
      without: 'nothing',
      example: [{ raise_limit: '50%', at_most: '3 per 10m' }],
    }),
    on_ok: key(actions(unit), {
      about: 'the same when it becomes OK',
      without: 'nothing',
      example: { run: ['/usr/local/bin/tell', 'well again'] },
    }),
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
      ...(written.least_limit !== undefined && { leastLimit: written.least_limit }),
      ...(written.report_every && { reportEvery: written.report_every }),
      hold,
      actions: {
        warning: written.on_warning,
        critical: written.on_critical,
        ok: written.on_ok,
      },
    };
  });
  return writtenAs(schema, () => ({ anyOf: [{ required: ['warning'] }, { required: ['critical'] }] }));
};

/** A service, whose quantities are in the unit of its resource wherever that is written. */
function service() {
  const ofResource = resource();
  const inUnit: Readonly<Record<Unit, () => ReturnType<typeof serviceIn>>> = {
    count: once(() => serviceIn('count')),
    bytes: once(() => serviceIn('bytes')),
    seconds: once(() => serviceIn('seconds')),
    microseconds: once(() => serviceIn('microseconds')),
  };
  const schema = z.unknown().transform((written, context): Service => {
    const named = ofResource.safeParse((written as { resource?: unknown } | null | undefined)?.resource);
    const result = inUnit[named.success ? RESOURCES[named.data].unit : 'count']().safeParse(written);
    for (const issue of result.error?.issues ?? []) context.addIssue({ ...issue });
    return result.data ?? z.NEVER;
  });
  return writtenAs(schema, () =>
    narrowedBy(
      'resource',
      Object.entries(inUnit).map(([unit, schema]) => ({
        values: Object.keys(RESOURCES).filter((name) => RESOURCES[name as Resource].unit === unit),
        schema: jsonSchemaOf(schema()),
      })),
    ),
  );
}

/** The services, each with a description of its own: the central server tells them apart by it. */
export function services(nameOf: NameOfService = (index) => `services[${index}]`) {
  return (
    z
      .array(service(), wants('a list of services', '- service: broker fds'))
      .min(1, 'has no service; write at least one')
      // A transformation and no refinement, since zod refines a list whose items are still as they were written.
      .transform((list, context) => {
        // Zod lets an unknown key pass to here, without the service that has it.
        if (context.issues.length > 0) return list;
        eachOfItsOwn(list, nameOf, context);
        fewEnoughLevels(list, context);
        fewEnoughSelectors(list, context);
        return list;
      })
  );
}

/** How an error about the service `from` names another one, which may be in another file. */
export type NameOfService = (index: number, from: number) => string;

function eachOfItsOwn(list: readonly Service[], nameOf: NameOfService, context: z.RefinementCtx): void {
  const first = new Map<string, number>();
  for (const [index, { description }] of list.entries()) {
    const earlier = first.get(description);
    first.set(description, earlier ?? index);
    if (earlier === undefined) continue;
    const message = `is also the name of ${nameOf(earlier, index)}; give each service a name of its own`;
    context.addIssue({ code: 'custom', path: [index, 'service'], message });
  }
}
