import type * as z from 'zod';
import type { Deliver } from './destination.js';

/** A kind of destination: all that there is to know of it, in one file, and a line in `kinds.ts`. */
export interface DestinationKind<Settings extends { readonly type: string }> {
  /** What its `type:` is in the configuration file. */
  readonly type: Settings['type'];
  /** What kind of server it is, and how results go there: a sentence without its end. */
  readonly about: string;
  /** Its keys in the file. Relative paths there are taken from `directory`. */
  schema(directory: string): z.ZodType<Settings>;
  /** For logs and for the name of its outbox: without secrets, and the same as long as it is the same destination. */
  nameOf(settings: Settings): string;
  /** Names or addresses of the hosts that it connects to. Default: none. */
  hostsOf?(settings: Settings): readonly string[];
  /** Why it cannot carry a host or a service of this name: `what is wrong; what to do`. Default: it carries all. */
  refuses?(what: Named, name: string): string | undefined;
  /** @throws Error if something is missing that the file speaks of; the message is one line */
  make(settings: Settings, promises?: Promises): Deliver;
  /**
   * Asks the server whether it would take results of these services, and changes nothing there. Called only with
   * settings that `make` takes. Never rejects, and settles within 10 s or is not heard; what it waits for, it tells
   * better than who has to give it up. Default: this kind of server cannot be asked.
   *
   * @returns what is to be said of it, without secrets, a line each; at least one
   */
  examine?(
    settings: Settings,
    services: readonly NamedService[],
    signal: AbortSignal,
  ): Promise<readonly Examined[]>;
  /** What `examine()` asks is on this machine: no network is used for it. */
  readonly staysHere?: true;
  readonly firstSteps: FirstSteps;
}

/** What `setup` asks who has a destination of this kind for the first time, and tells. */
export interface FirstSteps {
  /** The keys that are asked for, in this order; the first says where it is. All others have defaults, or are for later. */
  readonly asks: readonly [Ask, ...Ask[]];
  /** What is known of a result that was delivered: it follows `the test result`. */
  readonly delivered: string;
  /** Whose definitions its server needs, as a rule. */
  readonly central: 'nagios' | 'icinga2';
}

/** A key of the schema, which has its meaning, its example and its default. */
export interface Ask {
  readonly key: string;
  /** Keys that stand for it: beside one of them it is not asked for. */
  readonly instead?: readonly string[];
  /** What the file holds that it names: `password`. */
  readonly secret?: string;
  /** The host's name on the server is as good as any. */
  readonly mayBeHost?: true;
}

/** What the agent promises each destination. */
export interface Promises {
  /** Milliseconds within which each service's state is sent again; undefined: it is not. */
  readonly heartbeat: number | undefined;
}

/** A service by its names on the central server. */
export interface NamedService {
  readonly host: string;
  readonly service: string;
}

/** An answer to a question of `examine()`. `failed`: results would not be taken; the text says what to do. */
export interface Examined {
  readonly status: 'ok' | 'failed';
  readonly text: string;
}

/** What of a result has a name. */
export type Named = 'host' | 'service';
