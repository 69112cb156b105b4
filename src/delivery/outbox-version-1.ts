import { parseOutputLines, resultFromJson, type ServiceResult } from '../services/index.js';

/** A result in an outbox of version 1, which had its plugin output as a text. */
export function resultFromVersion1(json: unknown): ServiceResult | undefined {
  if (json === null || typeof json !== 'object' || !('output' in json)) return undefined;
  const { output, ...rest } = json;
  return typeof output === 'string'
    ? resultFromJson({ ...rest, ...parseOutputLines(output.split('\n')) })
    : undefined;
}
