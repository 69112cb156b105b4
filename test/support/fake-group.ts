import type { Group, RlimitEventsError, Watched } from '../../src/rlimit-events/index.js';

/** A group that takes whoever it is given, unless it is to refuse the next one. */
export class FakeGroup implements Group {
  readonly name = 'a group';
  readonly members: number[] = [];
  refusal: RlimitEventsError | undefined;

  add(pid: number): Watched {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal) throw refusal;
    this.members.push(pid);
    return { pid, name: 'broker', tag: '', value: 0, limit: 1024, resource: 'nofile', groups: [this.name] };
  }

  match = () => [];
  running = () => [];
  unmatch = () => undefined;
  drop = () => undefined;
  identify = () => undefined;
  remove = () => undefined;
}
