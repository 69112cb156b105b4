import type { Level, Reading } from 'rlimit-events';
import type { Resource } from '../resources/index.js';
import { pluginText } from '../text/index.js';
import type { Bound } from './bound.js';
import { HeldState } from './held-state.js';
import { distinctLevels, levelsOf } from './level.js';
import { isWorse, type Member } from './member.js';
import { Members, type Moment } from './members.js';
import { outputOf } from './output.js';
import { Pace } from './pace.js';
import type { NamedProcess } from './process.js';
import { hasMoved, levelsEvery } from './report-every.js';
import type { Cause, ServiceResult, ServiceStatus, Worst } from './result.js';
import { withExplanation } from './result.js';
import { absenceOf } from './result-text.js';
import { severity, type State } from './state.js';
import { thresholdStatuses } from './threshold-status.js';
import { areOkBelowLevels, type Thresholds } from './thresholds.js';

/** What a service is made of. */
export interface ServiceDefinition {
  readonly host: string;
  /** The service description on the central server. */
  readonly description: string;
  readonly resource: Resource;
  readonly thresholds: Thresholds;
  /** The state without a process. Default: UNKNOWN. */
  readonly absent?: State;
  /**
   * How long it has to be better before it leaves a worse state, in milliseconds. Default: 0. A process that is there
   * ends the state without one at once.
   */
  readonly hold?: number;
  /** Processes with a smaller soft limit are as if they were not there. Default: 0. */
  readonly leastLimit?: number | undefined;
  /** Use that moves by as much gives a result inside one state, too. */
  readonly reportEvery?: Bound | undefined;
}

/**
 * A service over any number of processes: as bad as the worst of them.
 *
 * It is told what happens to its processes, and asked afterwards for the result that is due. It gets worse
 * at once, even if that was over before it was asked; what is better, and reports, wait for the hold and
 * for the pace. All times are milliseconds since 1970; a clock that is set back makes nothing wait longer
 * than it would from then on.
 */
export class Service {
  /** Where the kernel has to tell of its processes. */
  readonly levels: readonly Level[];
  /** The kernel has to tell of every multiple of this; 0: of none. */
  readonly step: number;

  readonly #definition: ServiceDefinition;
  readonly #members: Members;
  #held: HeldState;
  #pace = new Pace();
  /**
   * The worst moment since the last result, kept only if it is worse than what that result said; before the first
   * result, the worst so far.
   */
  #worsening: Worsening | undefined;
  /** The highest reading of any member while it was the service's worst, since the last result: the `peak`. */
  #peak: Member | undefined;
  /** The worst member at the previous look: a reading that was reported already is no new peak. */
  #seen: Member | undefined;
  #told: Told | undefined;
  /** The most that a worst member had, and how often the told state was another one, since the service is watched. */
  #highest = -Infinity;
  #changes = 0;
  #now = -Infinity;

  constructor(definition: ServiceDefinition) {
    const { thresholds, absent = 'UNKNOWN', hold = 0, leastLimit = 0, reportEvery } = definition;
    this.#definition = definition;
    this.#members = new Members(thresholds, absent, leastLimit);
    this.#held = new HeldState(hold);
    const ranges = [thresholds.warning, thresholds.critical].filter((range) => range !== undefined);
    this.levels = distinctLevels([...levelsOf(...ranges), ...levelsEvery(reportEvery)]);
    this.step = reportEvery?.kind === 'value' ? reportEvery.value : 0;
  }

  get description(): string {
    return this.#definition.description;
  }

  get resource(): Resource {
    return this.#definition.resource;
  }

  /**
   * Goes on from another of the same definition, which is not used any more: with what that told, holds, and has
   * seen since its last result. The processes are this one's own.
   */
  goOnFrom(other: Service, now: number): void {
    const told = other.#told;
    if (!told) return;
    const isWorse = (each: Worsening | undefined) =>
      each !== undefined && severity[each.moment.state] > severity[told.state];
    this.#worsening = [other.#worsening, this.#worsening].find(isWorse);
    this.#told = told;
    this.#held = other.#held;
    this.#pace = other.#pace;
    this.#peak = higher(other.#peak, this.#peak);
    this.#highest = Math.max(other.#highest, this.#highest);
    this.#changes = other.#changes;
    this.#now = other.#now;
    this.#look(now);
  }

  /** The question which processes belong to the service is open; doubt() is called with the answer. */
  awaitAnswer(): void {
    this.#members.doubt = 'it is asked who is meant';
  }

  /** `reason` says why it is not known which processes belong to the service; undefined means that it is known now. */
  doubt(reason: string | undefined, time: number): void {
    this.#members.doubt = reason;
    this.#look(time);
  }

  /** A process of the service is there, and this is what it has. */
  add(process: NamedProcess, reading: Reading, time: number): void {
    // Who is left out says nothing of the service: before its first result, it would be one without a process.
    if (this.#members.put(process, reading, time)) this.#look(time);
  }

  /** A process has another value or limit now. */
  update(pid: number, reading: Reading, time: number): void {
    const member = this.#members.get(pid);
    if (member) this.add(member.process, reading, time);
  }

  /** A process has another name now. */
  rename(process: NamedProcess, reading: Reading, time: number): void {
    if (this.#members.get(process.pid)) this.add(process, reading, time);
  }

  /** A process has ended. */
  remove(pid: number, time: number): void {
    this.#drop(pid, true, time);
  }

  /** A process is none of the service's any more, though it goes on. */
  leave(pid: number, time: number): void {
    this.#drop(pid, false, time);
  }

  /** Replaces all members in one go, so that the service passes through no state that never was. */
  replaceAll(
    members: readonly { readonly process: NamedProcess; readonly reading: Reading }[],
    time: number,
  ): void {
    this.#members.clear();
    for (const { process, reading } of members) this.#members.put(process, reading, time);
    this.#look(time);
  }

  /**
   * The result that is due now, if any. To be asked after each batch of events, and at `wakeAt`; the first
   * time it gives the state that the service starts with.
   */
  result(now: number): ServiceResult | undefined {
    this.#setClock(now);
    const due = this.#next();
    if (!due || due.at > now) return undefined;
    return this.#give(due);
  }

  /**
   * When result() has a result though nothing happens until then: a hold ends, or the ten results a second
   * allow another one. Undefined: never, and before the first result.
   */
  get wakeAt(): number | undefined {
    return this.#told && this.#next()?.at;
  }

  /**
   * Until when no result can become due by processes that come, go or execute a program, as long as these have reached no
   * level and are not settled, whatever of that happens; a time that is over: it can at once. What settled ones and others
   * do is looked at anew.
   *
   * @param settledSince who has been here since then is settled
   */
  calmUntil(settledSince: number): number {
    const told = this.#told;
    const { thresholds } = this.#definition;
    if (!told || this.#worsening || !areOkBelowLevels(thresholds)) return -Infinity;
    const { worst, eldest, stateWithout } = this.#members;
    const isSettled = (member: Member | undefined) => member !== undefined && member.time <= settledSince;
    const states = new Set<State>();
    if (worst && worst.state !== 'OK') states.add(worst.state);
    else {
      states.add('OK');
      if (!isSettled(worst) && !isSettled(eldest)) states.add(stateWithout);
    }
    const times = [...states].map((state) => {
      if (severity[state] > severity[told.state]) return -Infinity;
      return state === told.state ? Infinity : this.#pace.from(this.#worseThan(state));
    });
    if (this.#definition.reportEvery || this.#canBeOutdated(told, isSettled))
      times.push(this.#pace.from(this.#worseThan(told.state)));
    return Math.min(...times);
  }

  /**
   * The state that was told last once more, with the figures of now. A change that is due stays due. A
   * `detail` takes the place of the result before it, so that it tells the peak of that, too.
   */
  repeat(now: number, cause: 'heartbeat' | 'detail', explanation: readonly string[] = []): ServiceResult {
    this.#setClock(now);
    const moment = this.#members.moment();
    const said = this.#told ? { moment, state: this.#told.state } : this.#worst();
    return withExplanation(this.#give({ ...said, cause, since: now }), explanation);
  }

  /** @param most of the members that are listed: of ten thousand, the order takes a while */
  status(most?: number): ServiceStatus {
    const { description, resource, thresholds } = this.#definition;
    return {
      description,
      resource,
      state: this.#told?.state ?? this.#members.state,
      since: this.#told?.since ?? null,
      changes: this.#changes,
      highest: this.#highest === -Infinity ? null : this.#highest,
      thresholds: thresholdStatuses(thresholds, this.#members.worst?.reading.limit ?? Infinity),
      processes: this.#members.size,
      ...(this.#members.size === 0 && { absence: absenceOf(this.#members.moment()) }),
      members: this.#members.worstFirst(most).map(({ process, reading, state }) => ({
        pid: process.pid,
        name: pluginText(process.name),
        value: reading.value,
        limit: reading.limit === Infinity ? null : reading.limit,
        state,
      })),
    };
  }

  #drop(pid: number, hasEnded: boolean, time: number): void {
    if (this.#members.drop(pid, hasEnded)) this.#look(time);
  }

  /** Compares the members with the last result: notes the state, the peak, and the worsening if there is one. */
  #look(time: number): void {
    const { worst, state } = this.#members;
    this.#held.enter(state, time, worst !== undefined);
    // A reading that was a worst member's at the previous look is in a result already, so it is no new peak.
    if (worst && worst !== this.#seen) this.#peak = higher(worst, this.#peak);
    if (worst) this.#highest = Math.max(this.#highest, worst.reading.value);
    this.#seen = worst;
    this.#passOn();
    if (!this.#told || severity[state] > severity[this.#told.state]) this.#noteWorsening(state, time);
  }

  /**
   * Who was told has gone, and somebody goes on in its place, perhaps with another limit: what starts a container does
   * so by processes of its own, which end. Only once for a result: where all come and go, it would be one for each.
   */
  #passOn(): void {
    const told = this.#told;
    if (!told?.subject || this.#members.get(told.subject.process.pid)) return;
    const { worst } = this.#members;
    const isHeir = worst !== undefined && told.cause !== 'report';
    this.#told = { ...told, subject: isHeir ? { ...worst, reading: told.subject.reading } : undefined };
  }

  #noteWorsening(state: State, since: number): void {
    const before = this.#worsening;
    if (!before || severity[state] > severity[before.moment.state])
      this.#worsening = { moment: this.#members.moment(), since };
    else if (hasWorsened(before.moment, this.#members.moment()))
      this.#worsening = { ...before, moment: this.#members.moment() };
  }

  /** The next result that comes if nothing happens. */
  #next(): Due | undefined {
    const told = this.#told;
    if (!told || this.#worsening) return { at: this.#now, cause: 'change', ...this.#worst() };
    const moment = this.#members.moment();
    const moved = this.#hasMoved(told);
    for (const { state, from, until } of this.#held.phases(this.#now)) {
      const changed = state !== told.state;
      if (!changed && !moved) continue;
      const at = Math.max(from, this.#pace.from(this.#worseThan(state)));
      if (at >= until) continue;
      const since = changed ? this.#held.since(state) : (moment.worst?.time ?? at);
      return { at, state, moment, since, cause: changed ? 'change' : 'report' };
    }
    return undefined;
  }

  /** The worst moment since the last result. If that state still holds, the figures are those of now. */
  #worst(): Said {
    const now = this.#members.moment();
    const { moment, since } = this.#worsening ?? { moment: now, since: this.#now };
    return { state: moment.state, moment: moment.state === now.state ? now : moment, since };
  }

  /** Whether who was told is another already, though not the worst now, or can become so. */
  #canBeOutdated({ subject }: Told, isSettled: (member: Member) => boolean): boolean {
    if (!subject) return false;
    const now = this.#members.get(subject.process.pid);
    return now !== undefined && (!isSettled(now) || isOutdated(subject, now));
  }

  #hasMoved({ worst: from, subject }: Told): boolean {
    const { reportEvery } = this.#definition;
    const to = this.#members.worst;
    if (!from || !to) return false;
    const isFar = reportEvery !== undefined && hasMoved(reportEvery, from.reading, to.reading);
    return isFar || (subject !== undefined && isOutdated(subject, to));
  }

  /** How many states worse than this one the service can get into. */
  #worseThan(state: State): number {
    const { thresholds, absent = 'UNKNOWN' } = this.#definition;
    const states = new Set<State>([absent]);
    if (thresholds.warning) states.add('WARNING');
    if (thresholds.critical) states.add('CRITICAL');
    return [...states].filter((each) => severity[each] > severity[state]).length;
  }

  #give({ moment, state, cause, since }: Said & { readonly cause: Cause }): ServiceResult {
    const { host, description, resource, thresholds } = this.#definition;
    const told = this.#told;
    const { worst } = moment;
    const peak = higher(worst, higher(this.#peak, cause === 'detail' ? told?.peak : undefined));
    const time = Math.min(this.#now, Math.max(since, told?.time ?? -Infinity));
    this.#told = {
      state,
      time,
      since: state === told?.state ? told.since : time,
      cause,
      worst,
      subject: worst,
      peak,
    };
    if (told && state !== told.state) this.#changes++;
    if (!told || cause === 'change') this.#worsening = undefined;
    this.#peak = undefined;
    this.#pace.note(this.#now);
    return {
      host,
      service: description,
      state,
      time,
      cause,
      worsened: cause === 'change' && severity[state] > severity[told?.state ?? 'OK'],
      ...outputOf({ state, resource, thresholds, moment, peak, members: this.#members }),
      ...(worst && { worst: worstOf(worst, resource) }),
    };
  }

  #setClock(now: number): void {
    if (now < this.#now) this.#pace.setBack(now);
    this.#now = now;
    if (!this.#held.hasBegun) this.#held.enter(this.#members.state, now, this.#members.worst !== undefined);
    this.#held.settle(now);
  }
}

/** What a result says, and since when that is so. */
interface Said {
  readonly state: State;
  readonly moment: Moment;
  readonly since: number;
}

interface Due extends Said {
  readonly at: number;
  readonly cause: Cause;
}

interface Worsening {
  readonly moment: Moment;
  /** When the state was entered first since the last result. */
  readonly since: number;
}

/** The last result. */
interface Told {
  readonly state: State;
  readonly time: number;
  readonly since: number;
  readonly cause: Cause;
  readonly worst: Member | undefined;
  /** Whom it is about: the worst, and when that has gone, who was worst then; with the limit that was told. */
  readonly subject: Member | undefined;
  readonly peak: Member | undefined;
}

function worstOf({ process: { pid, name }, reading }: Member, resource: Resource): Worst {
  return { process: { pid, name: pluginText(name) }, reading, resource };
}

/** Whether the figures have become worse inside one state. */
function hasWorsened(from: Moment, to: Moment): boolean {
  if (from.state !== to.state || !to.worst) return false;
  return !from.worst || isWorse(to.worst, from.worst);
}

/**
 * The process that was told runs another program since, or has another limit: what systemd starts is first its own
 * helper, with the limits of the manager.
 */
function isOutdated(told: Member, now: Member): boolean {
  return (
    told.process.pid === now.process.pid &&
    (told.process.name !== now.process.name || told.reading.limit !== now.reading.limit)
  );
}

function higher(one: Member | undefined, other: Member | undefined): Member | undefined {
  return !one || (other && other.reading.value > one.reading.value) ? other : one;
}
