import type { RlimitEvent, Watched } from '../rlimit-events/index.js';
import type { Member, Service, ServiceResult } from './service.js';

/** Knows which services a process counts for, by the tag it is watched under, and tells them its events. */
export class Roster {
  readonly #services = new Map<string, readonly Service[]>();

  assign(tag: string, services: readonly Service[]): void {
    this.#services.set(tag, services);
  }

  /** A process is watched from now on. */
  add({ pid, tag, name, value, limit }: Watched): ServiceResult[] {
    return this.#tell(tag, (service) => service.add({ pid, name }, { value, limit }));
  }

  /** The results that an event gives. */
  handle(event: RlimitEvent): ServiceResult[] {
    switch (event.type) {
      case 'process-started':
        return this.add(event);
      case 'process-executed':
        return this.#tell(event.tag, (service) => service.rename(event, event));
      case 'level':
      case 'step':
      case 'limit-changed':
        return this.#tell(event.tag, (service) => service.update(event.pid, event));
      case 'process-ended':
        return this.#tell(event.tag, (service) => service.remove(event.pid));
      case 'lost':
      case 'process-regrouped':
        return [];
      case 'state':
        return this.#replaceAll(event.processes);
    }
  }

  /** Each service gets all of its processes at once: told one by one, it could pass through a state that never was. */
  #replaceAll(processes: readonly Watched[]): ServiceResult[] {
    const members = new Map([...this.#services.values()].flat().map((service) => [service, [] as Member[]]));
    for (const { pid, tag, name, value, limit } of processes)
      for (const service of this.#services.get(tag) ?? [])
        members.get(service)?.push({ process: { pid, name }, reading: { value, limit } });
    return [...members]
      .map(([service, list]) => service.replaceAll(list))
      .filter((result) => result !== undefined);
  }

  #tell(tag: string, tell: (service: Service) => ServiceResult | undefined): ServiceResult[] {
    return (this.#services.get(tag) ?? []).map(tell).filter((result) => result !== undefined);
  }
}
