import { join } from 'node:path';
import type { Destination } from '../destinations/index.js';

/** Where what waits for a destination is kept: by its name, since its place in the configuration can change. */
export function outboxFile(
  directory: string | undefined,
  destinations: readonly Destination[],
  index: number,
): string | undefined {
  if (directory === undefined) return undefined;
  const name = destinations[index]?.name ?? '';
  const earlier = destinations.slice(0, index).filter((other) => other.name === name).length;
  const base = encodeURIComponent(name).replaceAll('%20', '-');
  return join(directory, `${base}${earlier === 0 ? '' : `-${earlier + 1}`}.json`);
}
