import { jsonSchemaOf, withoutLinks, type JsonSchema } from '../schema/index.js';
import type { Ask, DestinationKind } from './kind.js';

/** A key that somebody is asked for, with what its schema says of it. */
export interface Question extends Ask {
  /** What it means: a phrase. */
  readonly about: string;
  /** As somebody types it. */
  readonly example: string | undefined;
  /** What holds where nothing is written. */
  readonly usual: string | undefined;
  readonly isRequired: boolean;
}

/** What is wrong with a destination; without a key, it is about the whole. */
export interface Fault {
  readonly key: string | undefined;
  /** `what is wrong; what to do` */
  readonly problem: string;
}

export function questionsOf<Settings extends { readonly type: string }>(
  kind: DestinationKind<Settings>,
): readonly Question[] {
  const { properties = {}, required = [] } = jsonSchemaOf(kind.schema('/'));
  return kind.firstSteps.asks.map((ask) => {
    const { about, examples, default: usual } = (properties[ask.key] ?? {}) as JsonSchema;
    return {
      ...ask,
      // A terminal shows Markdown as it is written.
      about: withoutLinks(String(about)).replaceAll('`', ''),
      example: typed(examples?.[0]),
      usual: typed(usual),
      // One of several that stand for each other has to be there.
      isRequired: required.includes(ask.key) || ask.instead !== undefined,
    };
  });
}

/** What a key takes: text, a list, or something else that YAML has a form for. */
export function takenBy<Settings extends { readonly type: string }>(
  kind: DestinationKind<Settings>,
  key: string,
): 'text' | 'list' | 'other' {
  const { type } = (jsonSchemaOf(kind.schema('/')).properties?.[key] ?? {}) as JsonSchema;
  if (type === 'array') return 'list';
  return type === undefined || type === 'string' ? 'text' : 'other';
}

/** @param written the keys that are known so far, without the type */
export function faultsOf<Settings extends { readonly type: string }>(
  kind: DestinationKind<Settings>,
  written: Readonly<Record<string, unknown>>,
  directory: string,
): readonly Fault[] {
  const { error } = kind.schema(directory).safeParse({ type: kind.type, ...written });
  return (error?.issues ?? []).map(({ path: [key], message }) => ({
    key: key === undefined ? undefined : String(key),
    problem: message,
  }));
}

/** Words of a list, and all else as it is. */
function typed(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(' ') : JSON.stringify(value);
}
