import { stringify } from 'yaml';
import { configKeys } from '../../src/config/index.js';

/** A key of the configuration file, as the manual tells of it. In Markdown. */
export interface Key {
  readonly name: string;
  readonly about: string;
  /** What holds where it is left out. */
  readonly without: string;
  /** Written as in the file. */
  readonly example: string | undefined;
}

/** The parts of a JSON Schema that are walked over here. */
interface Part {
  readonly about?: string;
  readonly without?: string;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Part>>;
  readonly required?: readonly string[];
  readonly items?: Part;
  readonly anyOf?: readonly Part[];
  readonly oneOf?: readonly Part[];
  readonly allOf?: readonly { readonly then?: Part }[];
}

/** A kind of destination. */
export interface Kind {
  readonly type: string;
  readonly about: string;
  readonly keys: readonly Key[];
}

/** Every key of the file, by the section that it stands in. */
export interface Keys {
  readonly file: readonly Key[];
  readonly service: readonly Key[];
  /** Its words, which have no value, as well. */
  readonly process: readonly Key[];
  readonly action: readonly Key[];
  readonly destinations: readonly Kind[];
}

export function allKeys(): Keys {
  const file = configKeys() as Part;
  const service = at(file, 'services').items ?? missing('services');
  const actions = at(service.allOf?.[0]?.then ?? missing('then'), 'on_critical');
  return {
    file: keysOf(file),
    service: keysOf(service),
    process: [...keysOf(sectionIn(at(service, 'process'))), ...wordsIn(at(service, 'process'))],
    action: keysOf(sectionIn(actions)),
    destinations: (at(file, 'destinations').items?.oneOf ?? missing('destinations')).map((kind) => ({
      type: String(at(kind, 'type').const),
      about: kind.about ?? missing('about'),
      keys: keysOf(kind).filter(({ name }) => name !== 'type'),
    })),
  };
}

function keysOf({ properties = {}, required = [] }: Part): Key[] {
  return Object.entries(properties).map(([name, part]) => ({
    name,
    about: part.about ?? (part.const === undefined ? missing(name) : ''),
    without: withoutIt(part, required.includes(name)),
    example: part.examples?.length ? written(part.examples[0]) : undefined,
  }));
}

/** A key with its example, as it is written where it is one of several; a word is written as it is. */
export function writtenKey({ name, example }: Key): string {
  return example === undefined ? name : `${name}: ${example}`;
}

function withoutIt(part: Part, isRequired: boolean): string {
  if (part.without !== undefined) return part.without;
  if (part.default !== undefined) return `\`${written(part.default)}\``;
  return isRequired ? 'required' : 'none';
}

function written(value: unknown): string {
  const yaml = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return yaml.replace(/\[ (.*?) \]/g, '[$1]');
}

/** What is written there by itself. */
function wordsIn({ anyOf = [] }: Part): Key[] {
  return anyOf
    .filter((part) => typeof part.const === 'string')
    .map((part) => ({
      name: String(part.const),
      about: part.about ?? missing('about'),
      without: 'none',
      example: undefined,
    }));
}

/** The section itself, or what of several forms is one. */
function sectionIn(part: Part): Part {
  return part.properties ? part : (part.anyOf?.find(({ properties }) => properties) ?? missing('a section'));
}

function at(part: Part, name: string): Part {
  return part.properties?.[name] ?? missing(name);
}

function missing(what: string): never {
  throw new Error(`the schema has no ${what}, or no text for it`);
}
