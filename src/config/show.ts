import { stringify } from 'yaml';
import type { JsonSchema } from '../schema/index.js';
import { configKeys } from './json-schema.js';
import type { ConfigOptions } from './options.js';
import { parseWhole } from './parse.js';
import { readSources } from './sources.js';
import { Whole } from './whole.js';

/**
 * A configuration as one file in YAML that means the same, with the default of each key that has one. What a program
 * of a destination gets as its arguments may hold a secret, and is not shown.
 *
 * @param places what the schema leaves to who runs the agent
 * @throws {ConfigError}
 */
export function showConfig(
  path: string,
  places: Readonly<Record<string, string>>,
  options: ConfigOptions,
): string {
  const whole = new Whole(readSources(path));
  const { host } = parseWhole(whole, path, options);
  const written = { host, ...places, ...(whole.value as object) };
  return stringify(withoutSecrets(filled(written, configKeys()) as Shown), { lineWidth: 0 });
}

interface Shown {
  readonly destinations?: readonly { readonly type: string; readonly run?: readonly string[] }[];
}

function withoutSecrets(file: Shown): object {
  const destinations = file.destinations?.map((each) => {
    const [command, ...hidden] = each.run ?? [];
    return hidden.length === 0 ? each : { ...each, run: [command, `(${hidden.length} not shown)`] };
  });
  // In the place where they stood.
  return { ...file, ...(destinations && { destinations }) };
}

/** The value with the defaults of what is left out, in the order of the schema. */
function filled(value: unknown, schema: JsonSchema): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, partOf(schema.items)));
  if (!(value instanceof Object)) return value;
  const written = value as Readonly<Record<string, unknown>>;
  const { properties = {} } = formOf(schema, written);
  const names = [...Object.keys(properties), ...Object.keys(written).filter((name) => !(name in properties))];
  const entries = names.map((name) => {
    const part = partOf(properties[name]);
    return [name, name in written ? filled(written[name], part) : part.default];
  });
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

/** Of several forms, the one of its type. */
function formOf(schema: JsonSchema, { type }: Readonly<Record<string, unknown>>): JsonSchema {
  return partOf(
    schema.oneOf?.find((each) => partOf(partOf(each).properties?.['type']).const === type) ?? schema,
  );
}

function partOf(part: unknown): JsonSchema {
  return part instanceof Object ? (part as JsonSchema) : {};
}
