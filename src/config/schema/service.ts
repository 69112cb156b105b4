import { z } from 'zod';
import type { Resource } from '../../rlimit-events/index.js';
import { resources } from '../../services/index.js';
import type { Service } from '../config.js';
import { longestDescription, nagiosName } from './nagios-name.js';
import { processSelector } from './process-selector.js';
import { range } from './range.js';
import { section } from './section.js';
import { wants } from './wants.js';

const resource = z.enum(
  Object.keys(resources) as [Resource, ...Resource[]],
  wants('a resource', Object.keys(resources).join(' or ')),
);

const service = section('a service', '{ service: broker fds, process: …, resource: nofile, warning: 80% }', {
  service: nagiosName('a service description', 'service: broker fds', longestDescription),
  process: processSelector,
  resource,
  warning: range.optional(),
  critical: range.optional(),
}).transform(({ service: description, warning, critical, ...rest }, context): Service => {
  if (!warning && !critical) {
    context.addIssue('has neither warning nor critical; write at least one, such as warning: 80%');
  }
  return { description, ...rest, thresholds: { ...(warning && { warning }), ...(critical && { critical }) } };
});

/** The services, each with a description of its own: the central server tells them apart by it. */
export const services = z
  .array(service, wants('a list of services', '- service: broker fds'))
  .min(1, 'has no service; write at least one')
  .superRefine((list, context) => {
    const first = new Map<string, number>();
    for (const [index, { description }] of list.entries()) {
      const earlier = first.get(description);
      first.set(description, earlier ?? index);
      if (earlier === undefined) continue;
      const message = `is also the name of services[${earlier}]; give each service a name of its own`;
      context.addIssue({ code: 'custom', path: [index, 'service'], message });
    }
  });
