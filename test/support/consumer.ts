/**
 * What a program that has the three packages may write, and what its compiler has to refuse. Nobody runs it: the
 * packages' test compiles it beside the packages that it has installed.
 */
import { createClient, NscaError, parseEncryption, Password, type SendOutcome } from 'nsca-client';
import * as ng from 'nsca-ng-client';
import {
  parseLevel,
  RlimitEvents,
  RlimitEventsError,
  type Resource,
  type RlimitEvent,
  type Watched,
} from 'rlimit-events';

export function told(event: RlimitEvent): string {
  // @ts-expect-error not every event is of one process
  const { pid } = event;
  if (event.type === 'level')
    return `${event.resource} of ${event.pid} is ${event.direction} at ${event.value} of ${event.limit}`;
  if (event.type === 'state') return event.processes.map(({ name }) => name).join();
  return event.type === 'lost' ? `${event.count} lost` : `${event.tag} ${String(pid)}`;
}

export function watched(pid: number, resource: Resource): Watched {
  const descriptor = new RlimitEvents((event) => void told(event), { attach: 'auto', resources: [resource] });
  // @ts-expect-error there is no such resource
  descriptor.unwatch(pid, 'files');
  // @ts-expect-error a level is read from a text first
  descriptor.watch(pid, { resource, levels: ['80%'] });
  try {
    return descriptor.watch(pid, { resource, levels: [parseLevel('80%')], tag: 'mine' });
  } catch (error) {
    if (error instanceof RlimitEventsError && error.code === 'no-such-process') descriptor.close();
    throw error;
  }
}

export async function sent(): Promise<readonly SendOutcome[]> {
  const encryption = parseEncryption('rijndael-128');
  // @ts-expect-error a password is no text, so that it does not show
  createClient({ server: 'mon1', encryption, password: 'secret' });
  const client = createClient({ server: 'mon1', encryption, password: Password.fromText('secret') });
  // @ts-expect-error a return code is 0 to 3
  await client.send([{ host: 'web1', returnCode: 4, output: '' }]);
  const outcomes = await client.send([{ host: 'web1', service: 'fds', returnCode: 2, output: 'CRITICAL' }]);
  for (const outcome of outcomes)
    if (outcome.status !== 'sent' && outcome.error instanceof NscaError) throw outcome.error;
  return outcomes;
}

export async function accepted(): Promise<boolean> {
  const key = ng.Secret.fromText('secret', 'key');
  const client = ng.createClient({ server: 'mon1', identity: 'gw01', key });
  const [outcome] = await client.send([{ host: 'gw01', service: 'fds', returnCode: 0, output: 'OK' }]);
  await client.close();
  // @ts-expect-error NSCA-ng answers: what is there is accepted
  return outcome?.status === 'sent';
}
