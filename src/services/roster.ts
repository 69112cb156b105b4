import type { RlimitEvent, Watched } from '../rlimit-events/index.js';
import type { Service, ServiceResult } from './service.js';

/** Knows which services a process counts for, by the tag it is watched under, and tells them its events. */
export class Roster {
  readonly #services = new Map<string, readonly Service[]>();
  readonly #tagOf = new Map<number, string>();

  assign(tag: string, services: readonly Service[]): void {
    this.#services.set(tag, services);
  }

  /** A process is watched from now on. */
  add({ pid, tag, name, value, limit }: Watched): ServiceResult[] {
    this.#tagOf.set(pid, tag);
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
        return this.#remove(event.pid, event.tag);
      case 'lost':
        return [];
      case 'state':
        return this.#replaceAll(event.processes);
    }
  }

  /** First who is there, so that a service is not without a process on the way. */
  #replaceAll(processes: readonly Watched[]): ServiceResult[] {
    const alive = new Set(processes.map(({ pid }) => pid));
    const gone = [...this.#tagOf].filter(([pid]) => !alive.has(pid));
    return [
      ...processes.flatMap((process) => this.add(process)),
      ...gone.flatMap(([pid, tag]) => this.#remove(pid, tag)),
    ];
  }

  #remove(pid: number, tag: string): ServiceResult[] {
    this.#tagOf.delete(pid);
    return this.#tell(tag, (service) => service.remove(pid));
  }

  #tell(tag: string, tell: (service: Service) => ServiceResult | undefined): ServiceResult[] {
    return (this.#services.get(tag) ?? []).map(tell).filter((result) => result !== undefined);
  }
}
