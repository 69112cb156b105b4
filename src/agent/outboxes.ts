import { createHash } from 'node:crypto';
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

/** Bytes of a file's name (NAME_MAX), with the `.tmp` that it is written as, or the `.bad` that it is put aside as. */
const LONGEST_NAME = 255 - '.tmp'.length;
/** Characters of a longer name that stay, for who looks at the directory. */
const KEPT = 150;

/**
 * By the name of the destination, since its place in the configuration can change. Only one that could not be a file has
 * another name in it, so that no file loses its own.
 */
function fileOf(destinations: readonly Destination[], index: number): string {
  const name = destinations[index]?.name ?? '';
  const earlier = destinations.slice(0, index).filter((other) => other.name === name).length;
  // Half a letter, which YAML can write, has no bytes.
  const base = encodeURIComponent(Buffer.from(name).toString()).replaceAll('%20', '-');
  const end = `${earlier === 0 ? '' : `-${earlier + 1}`}.json`;
  if (base.length + end.length <= LONGEST_NAME) return base + end;
  return `${base.slice(0, KEPT)}-${createHash('sha256').update(name).digest('hex')}${end}`;
}
