import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../../schema/index.js';

interface Case {
  /** Of the key, in this case. */
  readonly values: readonly string[];
  readonly schema: JsonSchema;
}

/**
 * A section whose other keys depend on the value of one. What is the same in each case stands once, so that an editor
 * knows all keys before that one is written.
 */
export function narrowedBy(key: string, cases: readonly Case[]): JsonSchema {
  const [first, ...others] = cases;
  if (!first) throw new Error('a section has a case');
  const properties = first.schema.properties ?? {};
  const differing = Object.keys(properties).filter((name) =>
    others.some(({ schema }) => !isDeepStrictEqual(schema.properties?.[name], properties[name])),
  );
  return {
    ...first.schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, json]) => [name, differing.includes(name) ? texts(json) : json]),
    ),
    allOf: cases.map(({ values, schema }) => ({
      if: { properties: { [key]: { enum: [...values] } }, required: [key] },
      then: { properties: pick(schema.properties ?? {}, differing) },
    })),
  };
}

type Properties = NonNullable<JsonSchema['properties']>;

function texts(json: Properties[string]): Properties[string] {
  if (typeof json === 'boolean') return json;
  return Object.fromEntries(
    Object.entries(json).filter(([name]) => ['about', 'without', 'default', 'examples'].includes(name)),
  );
}

function pick(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, properties[name] ?? true]));
}
