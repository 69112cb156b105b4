import type { Config } from '../config/index.js';
import type { Log } from '../log/index.js';
import { startSelecting, type OnAnswer, type Selecting, type Selector } from '../selection/index.js';
import { RlimitEventsError, type Level } from 'rlimit-events';
import type { Resource } from '../resources/index.js';
import type { Service } from '../services/index.js';
import type { Descriptor } from './kernel.js';

/** A service, and what its configuration says besides. */
export interface ConfiguredService {
  readonly service: Service;
  readonly definition: Config['services'][number];
}

/** Services that are about the same resource of the same processes. */
export interface Selection {
  /** Of its group in the kernel. */
  readonly name: string;
  readonly resource: Resource;
  readonly selector: Selector;
  readonly inherit: boolean;
  /** The configuration says what it is then: nobody is missed. */
  readonly mayBeAbsent: boolean;
  readonly services: readonly Service[];
}

/** Each selector of a resource once, however many services have it: the kernel matches it once. */
export function selectionsOf(services: readonly ConfiguredService[]): Selection[] {
  const byName = new Map<string, ConfiguredService[]>();
  for (const each of services) {
    const name = nameOf(each.definition);
    byName.set(name, [...(byName.get(name) ?? []), each]);
  }
  return [...byName.values()].map((same) => {
    const [first] = same;
    if (!first) throw new Error('a selection has a service');
    const { process, inherit, resource } = first.definition;
    return {
      name: nameOf(first.definition),
      resource,
      selector: process,
      inherit,
      mayBeAbsent: same.every(({ definition }) => definition.absent !== undefined),
      services: same.map(({ service }) => service),
    };
  });
}

/** How many groups the kernel has to have for them. */
export function groupsOf(selections: readonly Selection[]): Partial<Record<Resource, number>> {
  const counts: Partial<Record<Resource, number>> = {};
  for (const { resource } of selections) counts[resource] = (counts[resource] ?? 0) + 1;
  return counts;
}

/** Its group in the kernel, which has nobody yet. */
export function groupOf(
  descriptor: Descriptor,
  { name, resource, inherit, services }: Selection,
): ReturnType<Descriptor['addGroup']> {
  const levels = distinct(services.flatMap((service) => service.levels));
  const step = services.reduce((divisor, service) => greatestCommonDivisor(divisor, service.step), 0);
  return descriptor.addGroup(name, { resource, levels, step, inherit });
}

/**
 * Has the kernel match a selection, and keeps that true until it is stopped.
 *
 * @throws RlimitEventsError of a `pid:`, no-such-process, unless the configuration says what it is then
 */
export function select(
  group: ReturnType<typeof groupOf>,
  { selector, mayBeAbsent }: Selection,
  log: Log,
  onAnswer: OnAnswer,
): Selecting | undefined {
  try {
    return startSelecting(group, selector, log, onAnswer);
  } catch (error) {
    if (!mayBeAbsent || !(error instanceof RlimitEventsError) || error.code !== 'no-such-process')
      throw error;
    log('warning', error.message);
    return undefined;
  }
}

function nameOf({ process, inherit, resource }: ConfiguredService['definition']): string {
  const { kind, ...value } = process;
  return [
    `${resource} of`,
    kind,
    ...Object.values<string | number>(value),
    ...(inherit ? [] : ['alone']),
  ].join(' ');
}

function distinct(levels: readonly Level[]): Level[] {
  return [...new Map(levels.map((level) => [JSON.stringify(level), level])).values()];
}

/** Of 0 and another: the other. */
function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
