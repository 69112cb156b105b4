import type { Reading } from '../rlimit-events/index.js';
import type { Level } from '../rlimit-events/index.js';
import { levelsOf } from './level.js';
import type { Resource } from '../rlimit-events/index.js';
import type { NamedProcess } from './result-text.js';
import { endedText, resultText } from './result-text.js';
import { returnCode, type State } from './state.js';
import { stateOf, type Thresholds } from './thresholds.js';

/** What a service is made of. */
export interface ServiceDefinition {
  readonly host: string;
  /** The service description on the central server. */
  readonly description: string;
  readonly resource: Resource;
  readonly thresholds: Thresholds;
}

/** One passive check result, before any protocol. */
export interface ServiceResult {
  readonly host: string;
  readonly service: string;
  readonly returnCode: 0 | 1 | 2 | 3;
  /** First line (at most 80 characters before the `|`) with all perfdata, then the long output's lines. */
  readonly output: string;
  readonly state: State;
  /** When what it says became true: ms since 1970. */
  readonly time: number;
  /** change: another state; report: report_every; heartbeat; detail: the same state with more long output. */
  readonly cause: 'change' | 'report' | 'heartbeat' | 'detail';
  /** The change was for the worse (by severity OK < WARNING < UNKNOWN < CRITICAL). */
  readonly worsened: boolean;
  /** The process that the first line names. */
  readonly worst?: NamedProcess;
}

/** A process of a service, and what it has. */
export interface Member {
  readonly process: NamedProcess;
  readonly reading: Reading;
}

const severity: Record<State, number> = { OK: 0, WARNING: 1, UNKNOWN: 2, CRITICAL: 3 };

/**
 * A service over any number of processes: as bad as the worst of them, and UNKNOWN without one.
 *
 * It is told what happens to its processes, and gives a result whenever the state has changed by it.
 */
export class Service {
  readonly levels: readonly Level[];
  readonly #definition: ServiceDefinition;
  readonly #members = new Map<number, Member>();
  #told: State | undefined;

  constructor(definition: ServiceDefinition) {
    this.#definition = definition;
    const { warning, critical } = definition.thresholds;
    this.levels = levelsOf(...[warning, critical].filter((range) => range !== undefined));
  }

  get resource(): Resource {
    return this.#definition.resource;
  }

  /** A process of the service is there, and this is what it has. */
  add(process: NamedProcess, reading: Reading): ServiceResult | undefined {
    this.#members.set(process.pid, { process, reading });
    return this.#resultIfChanged();
  }

  /** A process has another value or limit now. */
  update(pid: number, reading: Reading): ServiceResult | undefined {
    const member = this.#members.get(pid);
    if (!member) return undefined;
    this.#members.set(pid, { ...member, reading });
    return this.#resultIfChanged();
  }

  /** A process runs another program under its old number. */
  rename(process: NamedProcess, reading: Reading): ServiceResult | undefined {
    return this.#members.has(process.pid) ? this.add(process, reading) : undefined;
  }

  /** A process has ended. */
  remove(pid: number): ServiceResult | undefined {
    const member = this.#members.get(pid);
    this.#members.delete(pid);
    return member && this.#resultIfChanged(member.process);
  }

  /** These are all its processes, whatever was told before: one result at most, and none of a state in between. */
  replaceAll(members: readonly Member[]): ServiceResult | undefined {
    const before = [...this.#members.values()];
    this.#members.clear();
    for (const member of members) this.#members.set(member.process.pid, member);
    return this.#resultIfChanged(before.at(-1)?.process);
  }

  #resultIfChanged(ended?: NamedProcess): ServiceResult | undefined {
    const { resource, thresholds } = this.#definition;
    const worst = this.#worst();
    if (worst) {
      const state = stateOf(thresholds, worst.reading);
      return this.#tell(state, () => resultText({ state, resource, thresholds, ...worst }));
    }
    return ended && this.#tell('UNKNOWN', () => endedText(resource, ended));
  }

  #tell(state: State, output: () => string): ServiceResult | undefined {
    if (state === this.#told) return undefined;
    const worsened = severity[state] > severity[this.#told ?? 'OK'];
    this.#told = state;
    const { host, description } = this.#definition;
    return {
      host,
      service: description,
      returnCode: returnCode(state),
      output: output(),
      state,
      time: Date.now(),
      cause: 'change',
      worsened,
    };
  }

  #worst(): Member | undefined {
    let worst: Member | undefined;
    for (const member of this.#members.values()) if (!worst || this.#isWorse(member, worst)) worst = member;
    return worst;
  }

  /** By state, and within it by the share of the limit. */
  #isWorse(one: Member, other: Member): boolean {
    const { thresholds } = this.#definition;
    const difference =
      severity[stateOf(thresholds, one.reading)] - severity[stateOf(thresholds, other.reading)];
    return difference > 0 || (difference === 0 && share(one.reading) > share(other.reading));
  }
}

function share({ value, limit }: Reading): number {
  return limit === 0 ? Infinity : value / limit;
}
