import type * as z from 'zod';
import type { Deliver } from './destination.js';

/** A kind of destination: all that there is to know of it, in one file, and a line in `kinds.ts`. */
export interface DestinationKind<Settings extends { readonly type: string }> {
  /** What its `type:` is in the configuration file. */
  readonly type: Settings['type'];
  /** Its keys in the file. Relative paths there are taken from `directory`. */
  schema(directory: string): z.ZodType<Settings>;
  /** For logs and for the name of its outbox: without secrets, and the same as long as it is the same destination. */
  nameOf(settings: Settings): string;
  /** Why it cannot carry a host or a service of this name: `what is wrong; what to do`. Default: it carries all. */
  refuses?(what: Named, name: string): string | undefined;
  /** @throws Error if something is missing that the file speaks of; the message is one line */
  make(settings: Settings): Deliver;
}

/** What of a result has a name. */
export type Named = 'host' | 'service';
