import { join } from 'node:path';
import type { Destination } from '../destinations/index.js';
import { Outbox, type OutboxOptions } from '../delivery/index.js';
import type { StateDirectory } from './state-directory.js';

/** The outbox of a destination, with the name of its file, by which the next agent knows it. */
export interface NamedOutbox {
  readonly file: string;
  readonly outbox: Outbox;
}

/** @param before those of the agent before, which is stopped: what they have left is delivered by these */
export function outboxesIn(
  { path, place }: Pick<StateDirectory, 'path' | 'place'>,
  destinations: readonly Destination[],
  options: Omit<OutboxOptions, 'destination' | 'file' | 'place' | 'before'>,
  before: readonly NamedOutbox[] = [],
): NamedOutbox[] {
  const outboxes = destinations.map((destination, index) => {
    const file = fileOf(destinations, index);
    const outbox = new Outbox({
      ...options,
      destination,
      before: before.find((each) => each.file === file)?.outbox,
      ...(path !== undefined && { file: join(path, file), place }),
    });
    return { file, outbox };
  });
  for (const { file, outbox } of before) if (!outboxes.some((each) => each.file === file)) outbox.abandon();
  return outboxes;
}

/** By the name of the destination, since its place in the configuration can change. */
function fileOf(destinations: readonly Destination[], index: number): string {
  const name = destinations[index]?.name ?? '';
  const earlier = destinations.slice(0, index).filter((other) => other.name === name).length;
  const base = encodeURIComponent(name).replaceAll('%20', '-');
  return `${base}${earlier === 0 ? '' : `-${earlier + 1}`}.json`;
}
