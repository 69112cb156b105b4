import { severity, type MemberStatus, type ServiceStatus } from '../../services/index.js';
import type { Sort, TopView } from './view.js';

/** A service, and those of its processes that are to be seen, in their order. */
export interface Selected {
  readonly service: ServiceStatus;
  readonly members: readonly MemberStatus[];
}

/** What a view has of the services, before it is known how much room there is. */
export function selected(services: readonly ServiceStatus[], { sort, filter }: TopView): Selected[] {
  const wanted = filter.toLowerCase();
  return sorted(services, sort).flatMap((service) => {
    const isWhole = service.description.toLowerCase().includes(wanted);
    const members = isWhole ? service.members : service.members.filter((member) => has(member, wanted));
    return isWhole || members.length > 0 ? [{ service, members: inOrder(members, sort) }] : [];
  });
}

const has = ({ name, pid }: MemberStatus, wanted: string) => `${name}[${pid}]`.toLowerCase().includes(wanted);

/** Where nothing else is asked for, as the file has them. */
function sorted(services: readonly ServiceStatus[], sort: Sort): readonly ServiceStatus[] {
  if (sort === 'worst')
    return [...services].sort((one, other) => severity[other.state] - severity[one.state]);
  if (sort === 'name')
    return [...services].sort((one, other) => (one.description < other.description ? -1 : 1));
  return services;
}

function inOrder(members: readonly MemberStatus[], sort: Sort): readonly MemberStatus[] {
  switch (sort) {
    // As the agent tells them.
    case 'worst':
      return members;
    case 'value':
      return [...members].sort((one, other) => other.value - one.value);
    case 'share':
      return [...members].sort((one, other) => shareOf(other) - shareOf(one));
    case 'name':
      return [...members].sort((one, other) =>
        one.name === other.name ? one.pid - other.pid : one.name < other.name ? -1 : 1,
      );
  }
}

/** Of what is unlimited nobody has a share. */
const shareOf = ({ value, limit }: MemberStatus) => (limit ? value / limit : -1);

/**
 * How many processes of each are seen in so many lines, of which each service takes one itself: in turn one more of
 * each, so that a service with three thousand leaves room for the others.
 */
export function fairly(blocks: readonly Selected[], lines: number): number[] {
  const counts = blocks.map(() => 0);
  let left = lines - blocks.length;
  for (let isFull = false; left > 0 && !isFull;) {
    isFull = true;
    for (const [index, { members }] of blocks.entries()) {
      const count = counts[index] ?? 0;
      if (left === 0 || count === members.length) continue;
      counts[index] = count + 1;
      left--;
      isFull = false;
    }
  }
  return counts;
}
