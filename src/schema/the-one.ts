import * as z from 'zod';

/** What stands at the only one of `keys` that is there; an issue of `context` if there is none, or another. */
export function theOne<T>(
  keys: readonly string[],
  written: Readonly<Record<string, T | undefined>>,
  example: string,
  context: z.RefinementCtx,
): T {
  const there = keys.filter((key) => written[key] !== undefined);
  const [first] = there;
  const value = first === undefined ? undefined : written[first];
  if (value !== undefined && there.length === 1) return value;
  context.addIssue(
    first === undefined
      ? `has none of ${keys.join(', ')}; write one, such as ${example}`
      : `has ${there.join(' and ')}; keep one of them`,
  );
  return z.NEVER;
}
