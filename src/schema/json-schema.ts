import * as z from 'zod';

/** A JSON Schema of 2020-12, or a part of one. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a key of the file means, told once: for the JSON Schema, the manual and the tables in docs/. In Markdown. */
export interface KeyText {
  /** A phrase without a full stop. */
  readonly about: string;
  /** What holds where the key is left out, if its default does not say it. */
  readonly without?: string;
  /** A value that can be written there. */
  readonly example?: unknown;
}

/** Kept beside the schemas, and not by `meta()`, which would make another schema of each. */
const TEXTS = z.registry<KeyText>();
const FORMS = z.registry<{ readonly form: () => Form }>();

/** What comes to a JSON Schema; undefined: a keyword that goes. */
type Form = { readonly [Keyword in keyof JsonSchema]?: JsonSchema[Keyword] | undefined };

/** The schema of a key, with what the key means. */
export function key<Schema extends z.ZodType>(schema: Schema, text: KeyText): Schema {
  TEXTS.add(schema, text);
  return schema;
}

/**
 * The schema, with what JSON Schema can say of the rules that are checked by a function. Whatever passes the check has
 * to pass this as well.
 */
export function writtenAs<Schema extends z.ZodType>(schema: Schema, form: () => Form): Schema {
  FORMS.add(schema, { form });
  return schema;
}

/** What can be written where a schema reads; its keys have `about` and `without`, which published() turns to descriptions. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, FORMS.get(zodSchema)?.form());
      const text = TEXTS.get(zodSchema);
      if (!text) return;
      const { example, ...texts } = text;
      // Of a default that is said in words, the value is that of one machine.
      if (text.without !== undefined) delete jsonSchema.default;
      Object.assign(jsonSchema, texts, example !== undefined && { examples: [example] });
    },
  });
  // Only the whole has one.
  delete json.$schema;
  return json;
}

/** As editors read it: the texts of a key are its description, without the links of a page in docs/. */
export function published(json: JsonSchema): JsonSchema {
  return publishedPart(json) as JsonSchema;
}

function publishedPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(publishedPart);
  if (!(part instanceof Object)) return part;
  const { about, without, ...rest } = part as { readonly about?: unknown; readonly without?: unknown };
  const entries = Object.entries(typeof about === 'string' ? rest : part);
  const description = typeof about === 'string' && { description: descriptionOf(about, without) };
  return {
    ...description,
    ...Object.fromEntries(entries.map(([name, each]) => [name, publishedPart(each)])),
  };
}

function descriptionOf(about: string, without: unknown): string {
  const text = typeof without === 'string' ? `${about}. Without it: ${without}.` : `${about}.`;
  return withoutLinks(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
}

/** A text of a key, for who cannot follow the links of a page. */
export function withoutLinks(text: string): string {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

/** For a section of which one key has to be there, and no other of them. */
export function oneOfKeys(keys: readonly string[]): JsonSchema {
  return { oneOf: keys.map((name) => ({ required: [name] })) };
}

/** The pattern of one of these words, in any case. */
export function inAnyCase(words: readonly string[]): string {
  const letters = (word: string) =>
    Array.from(word).map((letter) =>
      /[a-z]/i.test(letter)
        ? `[${letter.toLowerCase()}${letter.toUpperCase()}]`
        : letter.replace(/[^\w-]/, '\\$&'),
    );
  return `(?:${words.map((word) => letters(word).join('')).join('|')})`;
}
