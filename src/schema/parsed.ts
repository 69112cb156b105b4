import * as z from 'zod';
import { writtenAs, type JsonSchema } from './json-schema.js';

/** What `parse` may answer instead of a value: `what is wrong; what to do`. */
export class Problem {
  constructor(readonly text: string) {}
}

/**
 * A value of any form, which `parse` understands or refuses.
 *
 * @param form what JSON Schema can say of it
 */
export function parsed<T>(parse: (written: unknown) => T | Problem, form: JsonSchema) {
  const schema = z.unknown().transform((written, context): T => {
    const result = parse(written);
    if (!(result instanceof Problem)) return result;
    context.addIssue(result.text);
    return z.NEVER;
  });
  return writtenAs(schema, () => form);
}
