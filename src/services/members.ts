import type { Reading } from 'rlimit-events';
import { isWorse, memberOf, type Member } from './member.js';
import type { NamedProcess } from './process.js';
import { Ranking } from './ranking.js';
import type { State } from './state.js';
import type { Thresholds } from './thresholds.js';

/** What there is to say of a service at one moment. */
export interface Moment {
  readonly state: State;
  readonly worst: Member | undefined;
  /** Without a process: the last that it had, if that has ended. */
  readonly ended: NamedProcess | undefined;
  /** Without a process: why it is not known whether there is one. */
  readonly doubt: string | undefined;
  /** How many members other than the worst are not OK. */
  readonly beyond: number;
}

/** The processes of a service, with the worst of them at hand after each change. */
export class Members {
  readonly #thresholds: Thresholds;
  readonly #absent: State;
  readonly #leastLimit: number;
  /** Those with a smaller limit than the service is about: it may become greater. */
  readonly #leftOut = new Map<number, Member>();
  readonly #ranking = new Ranking<Member>(isWorse);
  #notOk = 0;
  #ended: NamedProcess | undefined;
  #doubt: string | undefined;

  /**
   * @param absent the state without a process
   * @param leastLimit of a process that is counted
   */
  constructor(thresholds: Thresholds, absent: State, leastLimit: number) {
    this.#thresholds = thresholds;
    this.#absent = absent;
    this.#leastLimit = leastLimit;
  }

  get size(): number {
    return this.#ranking.size;
  }

  get worst(): Member | undefined {
    return this.#ranking.first;
  }

  get state(): State {
    return this.worst?.state ?? this.stateWithout;
  }

  /** Without a process. */
  get stateWithout(): State {
    return this.#doubt === undefined ? this.#absent : 'UNKNOWN';
  }

  /** The one that is here for the longest time. */
  get eldest(): Member | undefined {
    return this.#ranking.eldest;
  }

  /** Why it is not known which processes belong here; undefined means that it is known. */
  set doubt(reason: string | undefined) {
    this.#doubt = reason;
  }

  get(pid: number): Member | undefined {
    return this.#ranking.get(pid) ?? this.#leftOut.get(pid);
  }

  /** @returns whether this is anything to the service: somebody is counted, or has been until now */
  put(process: NamedProcess, reading: Reading, time: number): boolean {
    const member = memberOf(process, reading, this.#thresholds, time);
    if (reading.limit < this.#leastLimit) {
      this.#leftOut.set(process.pid, member);
      return this.#take(process.pid) !== undefined;
    }
    this.#leftOut.delete(process.pid);
    this.#count(this.#ranking.get(process.pid), -1);
    this.#ranking.set(process.pid, member);
    this.#count(member, 1);
    this.#ended = undefined;
    return true;
  }

  /**
   * @param hasEnded the process has ended; if false, it goes on but does not belong here any more
   * @returns whether it was counted
   */
  drop(pid: number, hasEnded: boolean): boolean {
    this.#leftOut.delete(pid);
    const member = this.#take(pid);
    if (member) this.#ended = hasEnded ? member.process : undefined;
    return member !== undefined;
  }

  clear(): void {
    this.#leftOut.clear();
    this.#ranking.clear();
    this.#notOk = 0;
    this.#ended = undefined;
  }

  moment(): Moment {
    const { worst, state } = this;
    const beyond = this.#notOk - (worst && worst.state !== 'OK' ? 1 : 0);
    return { state, worst, ended: this.#ended, doubt: this.#doubt, beyond };
  }

  worstFirst(count = this.size): Member[] {
    return this.#ranking.top(count);
  }

  #take(pid: number): Member | undefined {
    const member = this.#ranking.get(pid);
    this.#count(member, -1);
    this.#ranking.delete(pid);
    return member;
  }

  #count(member: Member | undefined, by: 1 | -1): void {
    if (member && member.state !== 'OK') this.#notOk += by;
  }
}
