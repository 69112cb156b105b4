import { constants } from 'node:os';
import * as z from 'zod';
import { QUANTITY_EXAMPLES, type Unit } from '../../resources/index.js';
import type { Action, Rate } from '../config.js';
import {
  absolutePath,
  argumentList,
  DURATION,
  durationOf,
  found,
  jsonSchemaOf,
  key,
  nearest,
  once,
  oneOfKeys,
  parsed,
  Problem,
  section,
  theOne,
  unitName,
  unwanted,
  wants,
  writtenAs,
} from '../../schema/index.js';
import { inAList } from '../../text/index.js';
import { bound, counted, WHAT } from './bound.js';

const example = '{ signal: SIGUSR1, at_most: 3 per 10m }';

const signal = () =>
  parsed(
    (written): Extract<Action, { kind: 'signal' }> | Problem => {
      const name = typeof written === 'string' && !written.startsWith('SIG') ? `SIG${written}` : written;
      if (isSignal(name)) return { kind: 'signal', signal: name };
      const meant = typeof written === 'string' && written !== '' ? nearestSignal(written) : undefined;
      return new Problem(
        meant === undefined
          ? unwanted(written, 'a signal', 'signal: SIGUSR1')
          : `${found(written)} is not a signal; did you mean ${meant}?`,
      );
    },
    { enum: Object.keys(constants.signals).flatMap((name) => [name, name.replace('SIG', '')]) },
  );

function nearestSignal(name: string): string | undefined {
  const known = Object.keys(constants.signals).map((signal) => signal.toLowerCase());
  return nearest(`sig${name.toLowerCase().replace(/^sig/, '')}`, known)?.toUpperCase();
}

function isSignal(name: unknown): name is NodeJS.Signals {
  return typeof name === 'string' && Object.hasOwn(constants.signals, name);
}

const raise = (unit: Unit) =>
  bound({
    what: WHAT[unit],
    example: 'raise_limit: 50%',
    leastShare: 0.01,
    unit,
  });

const upTo = (unit: Unit) =>
  counted('a limit', `up_to: ${unit === 'count' ? '4096' : QUANTITY_EXAMPLES[unit]}`, unit);

const program = () => absolutePath('the path of a program', '/usr/local/bin/collect');
const run = () =>
  argumentList(program(), {
    example: '--now',
    run: 'run: [/usr/local/bin/collect]',
    inAList,
  }).transform((argv) => ({ kind: 'run' as const, argv }));

const rate = () =>
  parsed(
    (written): Rate | Problem => {
      const [, count, per] =
        /^([1-9]\d{0,5}) per (\S+)$/.exec(typeof written === 'string' ? written : '') ?? [];
      if (count === undefined) return new Problem(unwanted(written, 'a rate', 'at_most: 3 per 10m'));
      const length = durationOf(per, { least: '1s', most: '30d', example: '3 per 10m' });
      return length instanceof Problem ? length : { count: Number(count), per: length };
    },
    { type: 'string', pattern: String.raw`^[1-9]\d{0,5} per ${DURATION}$` },
  );

/** Of which an action has one. */
const WHAT_IT_DOES = ['signal', 'raise_limit', 'restart_unit', 'run'];

const action = (unit: Unit) => {
  const schema = section('an action', example, {
    signal: key(signal().optional(), {
      about: 'a signal for the worst process, by its pidfd',
      example: 'SIGUSR1',
    }),
    raise_limit: key(raise(unit).optional(), {
      about:
        'raises the soft limit of the worst process by so much, never past the hard one: the loss of data is put off while a person looks',
      example: '50%',
    }),
    up_to: key(upTo(unit).optional(), {
      about: 'beside `raise_limit`, how far the limit is raised',
      without: 'the hard limit',
      example: unit === 'count' ? 4096 : QUANTITY_EXAMPLES[unit],
    }),
    restart_unit: key(
      unitName('restart_unit: broker.service', { processes: false })
        .transform((unit) => ({ kind: 'restart-unit' as const, unit }))
        .optional(),
      { about: 'a systemd unit, which gets `systemctl restart`', example: 'broker.service' },
    ),
    run: key(run().optional(), {
      about: 'a program by its whole path and its arguments, run without a shell, for 30 s at most',
      example: ['/usr/local/bin/collect', 'now'],
    }),
    at_most: key(rate().optional(), {
      about: 'how often it is done at most',
      without: 'each time',
      example: '3 per 10m',
    }),
  }).transform((written, context): Action => {
    const { signal, raise_limit: by, up_to: upTo, restart_unit, run, at_most: atMost } = written;
    const raise_limit = by && { kind: 'raise-limit' as const, by, ...(upTo !== undefined && { upTo }) };
    if (!by && upTo !== undefined)
      context.addIssue('has up_to without raise_limit; add the one or leave out the other');
    const choices = { signal, raise_limit, restart_unit, run };
    const what = theOne<Action>(WHAT_IT_DOES, choices, example, context);
    return { ...what, ...(atMost && { atMost }) };
  });
  return writtenAs(schema, () => ({
    ...oneOfKeys(WHAT_IT_DOES),
    dependentRequired: { up_to: ['raise_limit'] },
  }));
};

const list = (item: ReturnType<typeof action>) =>
  z.array(item, wants('an action', example)).min(1, 'has no action; write one, or leave the key out');

/** One action, or a list of them. */
export function actions(unit: Unit) {
  const one = once(() => action(unit));
  const several = once(() => list(one()));
  const schema = z.unknown().transform((written, context): readonly Action[] => {
    const isOne = written instanceof Object && !Array.isArray(written);
    const result = isOne
      ? one()
          .transform((only) => [only])
          .safeParse(written)
      : several().safeParse(written);
    for (const issue of result.error?.issues ?? []) context.addIssue({ ...issue });
    return result.data ?? z.NEVER;
  });
  return writtenAs(schema, () => ({ anyOf: [jsonSchemaOf(one()), jsonSchemaOf(several())] })).default([]);
}
