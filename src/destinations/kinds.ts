import { isIP } from 'node:net';
import * as z from 'zod';
import { jsonSchemaOf, nearest, once, unwanted, writtenAs, type JsonSchema } from '../schema/index.js';
import { canHang } from '../mounts/index.js';
import type { Destination } from './destination.js';
import { examineBy, examineHere } from './examine.js';
import { icinga2 } from './icinga2.js';
import type { DestinationKind, Examined, FirstSteps, Named, NamedService, Promises } from './kind.js';
import { nrdp } from './nrdp.js';
import { nsca } from './nsca.js';
import { nscaNg } from './nsca-ng.js';
import { program } from './program.js';
import { deliverWhenAnswered, filesOf } from './when-answered.js';
import { faultsOf, questionsOf, takenBy, type Fault, type Question } from './questions.js';

/** Every kind of destination. To add one, write its file and put it here. */
const KINDS = [nsca, nscaNg, icinga2, nrdp, program] as const;

/** One destination in a configuration file, parsed. */
export type DestinationSettings = z.infer<ReturnType<(typeof KINDS)[number]['schema']>>;

const TYPES: readonly string[] = KINDS.map(({ type }) => type);

/** One of `destinations:` in a configuration file. Relative paths there are taken from `directory`. */
export function destinationSettings(directory: string): z.ZodType<DestinationSettings> {
  const schemas = new Map(KINDS.map((kind) => [kind.type as unknown, once(() => kind.schema(directory))]));
  const schema = z.unknown().transform((written, context): DestinationSettings => {
    const isSection = written instanceof Object && !Array.isArray(written);
    const type = isSection ? (written as { type?: unknown }).type : undefined;
    const ofType = schemas.get(type)?.();
    if (!ofType) {
      if (isSection) context.addIssue({ code: 'custom', path: ['type'], message: typeProblem(type) });
      else context.addIssue(unwanted(written, 'a destination', '{ type: nsca, server: 192.0.2.1 }'));
      return z.NEVER;
    }
    const result = ofType.safeParse(written);
    for (const issue of result.error?.issues ?? []) context.addIssue({ ...issue });
    return result.data ?? z.NEVER;
  });
  return writtenAs(schema, () => form(directory));
}

/** The types first, so that an editor knows them before one is written. */
function form(directory: string): JsonSchema {
  return {
    type: 'object',
    properties: { type: { enum: [...TYPES], about: 'which kind of destination it is' } },
    required: ['type'],
    oneOf: KINDS.map((kind) => ({ ...jsonSchemaOf(kind.schema(directory)), about: kind.about })),
  };
}

function typeProblem(type: unknown): string {
  const meant = typeof type === 'string' && type !== '' ? nearest(type, TYPES) : undefined;
  const example = `type: ${meant ?? TYPES.join(', or type: ')}`;
  return unwanted(type, 'a type of destination', example);
}

/**
 * Where somebody else has to answer for its files, it is made when he does, with the first results.
 *
 * @param isAnswered he has just answered
 * @throws Error if something is missing that the file speaks of; the message is one line
 */
export function makeDestination(
  settings: DestinationSettings,
  promises?: Promises,
  isAnswered = false,
): Destination {
  const kind = kindOf(settings);
  const name = kind.nameOf(settings);
  const make = () => kind.make(settings, promises);
  const foreign = isAnswered ? [] : filesOf(settings).filter(canHang);
  return { name, deliver: foreign.length === 0 ? make() : deliverWhenAnswered(foreign, make) };
}

/** What came of asking a destination. `answers`: undefined if this kind cannot be asked. */
export interface Examination {
  readonly name: string;
  readonly answers: readonly Examined[] | undefined;
}

/**
 * Asks a destination whether it would take results of these services, and changes nothing there. Never rejects, and
 * settles within 10 s.
 */
export async function examineDestination(
  settings: DestinationSettings,
  services: readonly NamedService[],
): Promise<Examination> {
  const kind = kindOf(settings);
  return { name: kind.nameOf(settings), answers: await examineBy(kind, settings, services) };
}

/** What of a destination is missing on this machine: its files, its program. No network is used. */
export async function examineDestinationHere(settings: DestinationSettings): Promise<Examination> {
  const kind = kindOf(settings);
  return { name: kind.nameOf(settings), answers: await examineHere(kind, settings) };
}

/** Why one of these destinations cannot carry a host or a service of this name: `what is wrong; what to do`. */
export function nameProblem(
  destinations: readonly DestinationSettings[],
  what: Named,
  name: string,
): string | undefined {
  const problems = destinations.map((settings) => kindOf(settings).refuses?.(what, name));
  return problems.find((problem) => problem !== undefined);
}

/**
 * The most names that these destinations ask for at the same time: each once, and by kinds, since not all ask for the
 * same addresses of it. An address is not asked for.
 */
export function namesAsked(destinations: readonly DestinationSettings[]): number {
  const names = destinations.flatMap((settings) =>
    (kindOf(settings).hostsOf?.(settings) ?? [])
      .filter((host) => isIP(host) === 0)
      .map((name) => `${settings.type} ${name}`),
  );
  return new Set(names).size;
}

/** What somebody is asked and told who has a destination of a kind for the first time. */
export interface Introduction extends Pick<FirstSteps, 'delivered' | 'central'> {
  readonly type: string;
  readonly about: string;
  readonly questions: readonly Question[];
  /** What can be written at a key. */
  takenBy(key: string): ReturnType<typeof takenBy>;
  /** What is wrong with these keys. Relative paths are taken from `directory`. */
  faultsOf(written: Readonly<Record<string, unknown>>, directory: string): readonly Fault[];
}

/** Of every kind. */
export function introductions(): readonly Introduction[] {
  return [...BY_TYPE.values()].map((kind) => ({
    ...kind.firstSteps,
    type: kind.type,
    about: kind.about,
    questions: questionsOf(kind),
    takenBy: (key) => takenBy(kind, key),
    faultsOf: (written, directory) => faultsOf(kind, written, directory),
  }));
}

const BY_TYPE = new Map<string, DestinationKind<DestinationSettings>>(KINDS.map((kind) => [kind.type, kind]));

function kindOf({ type }: DestinationSettings): DestinationKind<DestinationSettings> {
  const kind = BY_TYPE.get(type);
  if (!kind) throw new Error(`no kind of destination is called ${type}`);
  return kind;
}
