import { serviceKey, type ServiceResult } from '../services/index.js';
import type { Deliver, OnLost, Outcome } from './destination.js';
import { FirstServer } from './first-server.js';
import type { Examined } from './kind.js';

/** One of the servers of a destination, which stand for each other. */
export interface Server {
  /** For logs, without secrets. */
  readonly name: string;
  readonly deliver: Deliver;
  /** Asks it, and sends nothing. Never rejects. */
  readonly examine: (signal: AbortSignal) => Promise<readonly Examined[]>;
}

export interface ServersOptions {
  /** Milliseconds of a clock that nobody sets. */
  readonly uptime?: () => number;
  /**
   * The first, when it takes results again, gets the newest of each service that others have taken meanwhile, through
   * `onLost`: they are to tell it by themselves, and may not have.
   */
  readonly catchUp?: boolean;
}

/**
 * Delivers to one of the servers at a time, since each copy of a result would count as a check attempt. What fails
 * there goes to the next at once, and to each server once; what one has taken or refused goes to no other. So an
 * alarm waits for nothing but the failure itself. Others follow in order.
 *
 * The first server is the one to have results. Once it has failed it is asked, beside results that go elsewhere, and
 * gets those that come after it has answered well. Nothing is asked while there are no results.
 */
export function deliverToOneOf(
  servers: readonly [Server, ...Server[]],
  { uptime = () => performance.now(), catchUp = false }: ServersOptions = {},
): Deliver {
  const [only, ...others] = servers;
  if (others.length === 0) return only.deliver;
  const line = new Line(servers, uptime, catchUp);
  return Object.assign<Deliver, Pick<Deliver, 'close'>>(
    (results, signal, onWritten, onLost) => line.deliver(results, signal, onWritten, onLost),
    {
      close: async () => {
        await Promise.all(servers.map(async ({ deliver }) => deliver.close?.()));
      },
    },
  );
}

/** A server for each name, or each URL. */
export function eachServer<Written>(
  [first, ...others]: readonly [Written, ...Written[]],
  serverOf: (written: Written) => Server,
): readonly [Server, ...Server[]] {
  return [serverOf(first), ...others.map(serverOf)];
}

/** Asks all of them side by side. */
export async function examineAll(
  servers: readonly [Server, ...Server[]],
  signal: AbortSignal,
): Promise<readonly Examined[]> {
  const all = await Promise.all(
    servers.map(async ({ name, examine }) =>
      (await examine(signal)).map(({ status, text }) => ({
        status,
        text: servers.length === 1 ? text : `${name}: ${text}`,
      })),
    ),
  );
  return all.flat();
}

/** Results that were given together, each with its place in the order of all. */
interface Call {
  readonly results: readonly { readonly result: ServiceResult; readonly place: number }[];
  readonly signal: AbortSignal;
  /** Called once, by the first server that has all with the kernel. */
  onWritten: (() => void) | undefined;
  /** By place; of what has not failed, and of what has, the last. */
  readonly outcomes: Map<number, Outcome>;
  /** Why it failed, by server. */
  readonly failures: Map<Server, Failed>;
  readonly settle: () => void;
  readonly onLost: OnLost | undefined;
}

type Failed = Extract<Outcome, { status: 'failed' }>;

class Line {
  readonly #servers: readonly [Server, ...Server[]];
  readonly #first: FirstServer;
  /** Where results go. */
  #at: Server;
  /** In order. */
  #waiting: Call[] = [];
  /** The one that the next has to wait for. */
  #writing: Call | undefined;
  readonly #underWay = new Set<Call>();
  /** What has failed where results go now; nothing more goes there, and the others are waited for. */
  #failed: Call[] = [];
  #places = 0;
  /** By service, the newest place that a server has taken or refused, as long as something older may come back. */
  readonly #newest = new Map<string, number>();
  readonly #catchUp: boolean;
  /** By service, the newest that another has taken since the first took any; to catch up with. */
  readonly #missed = new Map<string, ServiceResult>();

  constructor(servers: readonly [Server, ...Server[]], uptime: () => number, catchUp: boolean) {
    this.#servers = servers;
    this.#catchUp = catchUp;
    this.#at = servers[0];
    this.#first = new FirstServer(servers[0].examine, uptime);
  }

  deliver(
    results: readonly ServiceResult[],
    signal: AbortSignal,
    onWritten: (() => void) | undefined,
    onLost: OnLost | undefined,
  ): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      const call: Call = {
        results: results.map((result) => ({ result, place: this.#places++ })),
        signal,
        onWritten,
        onLost,
        outcomes: new Map(),
        failures: new Map(),
        settle: () => {
          resolve(call.results.flatMap(({ place }) => call.outcomes.get(place) ?? []));
        },
      };
      this.#waiting.push(call);
      this.#next();
    });
  }

  #next(): void {
    if (this.#writing || this.#failed.length > 0) return;
    const call = this.#waiting.shift();
    if (call) void this.#deliver(call);
  }

  async #deliver(call: Call): Promise<void> {
    this.#writing = call;
    this.#underWay.add(call);
    await this.#deliverDue(call);
    this.#underWay.delete(call);
    if (this.#writing === call) this.#writing = undefined;
    if (this.#hasDue(call)) this.#failed.push(call);
    else call.settle();
    if (this.#failed.length > 0 && this.#underWay.size === 0) this.#moveOn();
    if (this.#underWay.size === 0 && this.#waiting.length === 0) this.#newest.clear();
    this.#next();
  }

  async #deliverDue(call: Call): Promise<void> {
    const due = call.results.filter((one) => this.#isDue(call, one));
    if (due.length === 0) return;
    this.#goBack(call);
    const results = due.map(({ result }) => result);
    const onWritten = () => {
      this.#onWritten(call);
    };
    // Another one may take them while this one is away.
    const onLost: OnLost = (lost) => {
      call.onLost?.(lost);
    };
    const outcomes = await this.#at.deliver(results, call.signal, onWritten, onLost);
    for (const [index, outcome] of outcomes.entries()) this.#note(call, due[index], outcome);
    if (this.#at === this.#servers[0] && outcomes.some(({ status }) => status === 'delivered'))
      this.#catchUpWith(call);
  }

  /** Not while something else is under way: a newer result could overtake it. */
  #goBack({ signal }: Call): void {
    const [first] = this.#servers;
    if (this.#at === first) return;
    if (this.#first.isBack && this.#underWay.size === 1) this.#at = first;
    else this.#first.ask(signal);
  }

  #hasDue(call: Call): boolean {
    return call.results.some((one) => this.#isDue(call, one));
  }

  /** Not if a server has taken something newer of its service. */
  #isDue({ outcomes }: Call, { result, place }: Call['results'][number]): boolean {
    const outcome = outcomes.get(place);
    return (!outcome || outcome.status === 'failed') && place > (this.#newest.get(serviceKey(result)) ?? -1);
  }

  #onWritten(call: Call): void {
    if (this.#writing !== call) return;
    this.#writing = undefined;
    call.onWritten?.();
    call.onWritten = undefined;
    this.#next();
  }

  #note(call: Call, one: Call['results'][number] | undefined, outcome: Outcome): void {
    if (!one) return;
    const { result, place } = one;
    if (outcome.status === 'failed') {
      call.outcomes.set(place, outcome);
      call.failures.set(this.#at, outcome);
      return;
    }
    const service = serviceKey(result);
    this.#newest.set(service, Math.max(place, this.#newest.get(service) ?? -1));
    if (outcome.status === 'delivered') call.outcomes.set(place, this.#delivered(result));
    else {
      this.#missed.delete(service);
      call.outcomes.set(place, outcome);
    }
  }

  #catchUpWith({ onLost }: Call): void {
    if (this.#missed.size === 0) return;
    const missed = [...this.#missed.values()];
    this.#missed.clear();
    onLost?.(missed);
  }

  #delivered(result: ServiceResult): Outcome {
    const { name } = this.#at;
    if (this.#at !== this.#servers[0]) {
      if (this.#catchUp) this.#missed.set(serviceKey(result), result);
      return { status: 'delivered', server: name, detour: this.#first.failure };
    }
    this.#first.took();
    return { status: 'delivered', server: name };
  }

  /** What has failed goes to the next server, before all others. What has failed everywhere is over. */
  #moveOn(): void {
    const [first] = this.#servers;
    const failed = this.#failed
      .filter((call) => this.#hasDue(call))
      .toSorted((a, b) => placeOf(a) - placeOf(b));
    for (const call of this.#failed) if (!failed.includes(call)) call.settle();
    this.#failed = [];
    if (failed.length === 0) return;
    const failure = failed[0]?.failures.get(this.#at);
    if (this.#at === first && failure) this.#first.failed(failure.reason);
    const hopeless = failed.find(({ failures }) => failures.size === this.#servers.length);
    this.#at = hopeless ? first : this.#after(this.#at);
    // What kept one from arriving anywhere would keep the next as well.
    const over = hopeless
      ? [...failed, ...this.#waiting.splice(0)]
      : failed.filter(({ signal }) => signal.aborted);
    this.#waiting.unshift(...failed.filter((call) => !over.includes(call)));
    for (const call of over) giveUp(call, hopeless ?? call);
  }

  #after(server: Server): Server {
    return this.#servers[this.#servers.indexOf(server) + 1] ?? this.#servers[0];
  }
}

/** What has not come through has failed for the reasons of a call that has been wherever there was hope. */
function giveUp(call: Call, { failures }: Call): void {
  const reasons = [...failures].map(([{ name }, { reason }]) => `${name}: ${reason}`);
  const isRejected = [...failures.values()].every(({ failure }) => failure === 'rejected');
  const failed: Failed = {
    status: 'failed',
    failure: isRejected ? 'rejected' : 'unreachable',
    reason: reasons.join('; '),
  };
  for (const { place } of call.results)
    if ((call.outcomes.get(place) ?? failed).status === 'failed') call.outcomes.set(place, failed);
  call.settle();
}

const placeOf = ({ results: [first] }: Call): number => first?.place ?? -1;
