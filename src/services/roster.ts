import type { Reading, RlimitEvent, Watched } from 'rlimit-events';
import type { Resource } from '../resources/index.js';
import type { NamedProcess } from './process.js';
import type { ServiceResult } from './result.js';
import type { Service } from './service.js';

/**
 * Knows which services a process counts for, by the groups it is in and the tag it is watched under, and
 * tells them its events. What an event costs depends on the services of its process only.
 */
export class Roster {
  readonly #services = new Map<string, readonly Service[]>();
  /** By resource, then by process: a process that is watched for two resources is in different groups for each. */
  readonly #members = new Map<Resource, Map<number, readonly Service[]>>();
  /** Services to which something has happened since they were last asked for a result. */
  readonly #touched = new Set<Service>();
  /** Services whose next result becomes due by time alone. */
  readonly #waiting = new Set<Service>();
  /** The time of the latest event that has one: `state` events have none. */
  #time = 0;
  #now = -Infinity;

  /**
   * The processes of this group, or of this tag, count for these services. Call it before events of these processes
   * come: each of the services has a result from now on, even if that only says that there is no process.
   */
  assign(name: string, services: readonly Service[]): void {
    this.#services.set(name, services);
    for (const service of services) this.#touched.add(service);
  }

  /** A process is watched from now on. */
  add(process: Watched, time: number): void {
    this.#time = time;
    this.#enroll(process, time);
  }

  handle(event: RlimitEvent): void {
    if ('time' in event) this.#time = event.time;
    switch (event.type) {
      case 'process-started':
      case 'process-executed':
      case 'process-regrouped':
        this.#enroll(event, event.time);
        break;
      case 'level':
      case 'step':
      case 'limit-changed':
        this.#tell(event, (service) => {
          service.update(event.pid, event, event.time);
        });
        break;
      case 'process-ended':
        this.#tell(event, (service) => {
          service.remove(event.pid, event.time);
        });
        this.#membersFor(event.resource).delete(event.pid);
        break;
      case 'lost':
        // The state follows.
        break;
      case 'state':
        this.#replaceAll(event.processes);
        break;
    }
  }

  /** The results that are due now. To be asked after each batch of events, and at `wakeAt`. */
  results(now: number): ServiceResult[] {
    const wasSetBack = now < this.#now;
    for (const service of this.#waiting)
      if (wasSetBack || (service.wakeAt ?? Infinity) <= now) this.#touched.add(service);
    this.#now = now;
    const due = [...this.#touched];
    this.#touched.clear();
    return due.map((service) => this.#ask(service, now)).filter((result) => result !== undefined);
  }

  /** When results() has to be asked again though nothing happens; undefined: never. */
  get wakeAt(): number | undefined {
    const times = [...this.#waiting].map((service) => service.wakeAt).filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The earliest of all services: see there. */
  calmUntil(settledSince: number): number {
    let until = Infinity;
    for (const services of this.#services.values())
      for (const service of services) until = Math.min(until, service.calmUntil(settledSince));
    return until;
  }

  #ask(service: Service, now: number): ServiceResult | undefined {
    const result = service.result(now);
    if (service.wakeAt === undefined) this.#waiting.delete(service);
    else this.#waiting.add(service);
    return result;
  }

  /** A process belongs where its groups and its tag say, and nowhere else any more. */
  #enroll(process: Enrolled, time: number): void {
    const { pid, resource } = process;
    const enrolled = this.#membersFor(resource);
    const services = this.#servicesOf(process);
    const before = enrolled.get(pid) ?? [];
    if (services.length === 0) enrolled.delete(pid);
    else enrolled.set(pid, services);
    for (const service of before) {
      if (services.includes(service)) continue;
      service.leave(pid, time);
      this.#touched.add(service);
    }
    this.#tell(process, (service) => {
      service.add(process, process, time);
    });
  }

  /** Each service gets all of its processes at once: told one by one, it could pass through a state that never was. */
  #replaceAll(processes: readonly Watched[]): void {
    const members = new Map([...this.#services.values()].flat().map((service) => [service, [] as Member[]]));
    this.#members.clear();
    for (const process of processes) {
      const services = this.#servicesOf(process);
      if (services.length > 0) this.#membersFor(process.resource).set(process.pid, services);
      for (const service of services) members.get(service)?.push({ process, reading: process });
    }
    for (const [service, list] of members) {
      service.replaceAll(list, this.#time);
      this.#touched.add(service);
    }
  }

  #tell({ pid, resource }: Subject, tell: (service: Service) => void): void {
    for (const service of this.#membersFor(resource).get(pid) ?? []) {
      tell(service);
      this.#touched.add(service);
    }
  }

  #membersFor(resource: Resource): Map<number, readonly Service[]> {
    const known = this.#members.get(resource);
    if (known) return known;
    const members = new Map<number, readonly Service[]>();
    this.#members.set(resource, members);
    return members;
  }

  #servicesOf({ tag, groups }: Pick<Enrolled, 'tag' | 'groups'>): readonly Service[] {
    const lists = [...groups, tag]
      .map((name) => this.#services.get(name))
      .filter((list) => list !== undefined);
    return lists.length === 1 && lists[0] ? lists[0] : [...new Set(lists.flat())];
  }
}

type Subject = Pick<Watched, 'pid' | 'resource'>;
type Enrolled = Pick<Watched, 'pid' | 'resource' | 'name' | 'value' | 'limit' | 'tag' | 'groups'>;

interface Member {
  readonly process: NamedProcess;
  readonly reading: Reading;
}
