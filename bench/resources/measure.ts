import type { LineProgram } from '../../rig/programs/line-program.js';
import type { AttachMode, Resource } from '../../src/rlimit-events/index.js';
import { withLoadInMemory } from '../lib/load-in-memory.js';
import {
  begin,
  openFor,
  type Operation,
  OPERATIONS,
  REACHED,
  RESOURCES,
  type State,
  statesOf,
} from './variants.js';

/** What one operation took, in ticks, and the bare one before. */
export interface Value {
  readonly mode: AttachMode;
  readonly resource: Resource;
  readonly state: State;
  readonly operation: Operation;
  readonly bare: number;
  readonly with: number;
}

export interface MeasuredResources {
  readonly values: Value[];
  readonly refused: Record<string, string>;
}

/** Each resource by itself in each mode: what comes past it bare, and then in each state. */
export async function measureResources(
  modes: readonly AttachMode[],
  count: number,
): Promise<MeasuredResources> {
  const values: Value[] = [];
  const refused: Record<string, string> = {};
  await withLoadInMemory('resources', async (start) => {
    const load = await start();
    const other = await start();
    await measureAll(load, OPERATIONS, count);
    for (const mode of modes) {
      for (const resource of RESOURCES) {
        const operations = REACHED[resource];
        const bare = await measureAll(load, operations, count);
        const keep = async (state: State, end: () => void) => {
          const taken = await measureAll(load, operations, count);
          end();
          for (const operation of operations)
            values.push({
              mode,
              resource,
              state,
              operation,
              bare: bare.get(operation) ?? NaN,
              with: taken.get(operation) ?? NaN,
            });
        };
        const descriptor = openFor(resource, mode);
        if (typeof descriptor === 'string') {
          refused[`${mode} ${resource}`] = descriptor;
          continue;
        }
        for (const state of statesOf(resource).filter((each) => each !== 'floor'))
          await keep(state, begin({ resource, mode, state }, descriptor, load.pid, other.pid));
        descriptor.close();
        await keep('floor', begin({ resource, mode, state: 'floor' }, descriptor, load.pid, other.pid));
      }
    }
  });
  return { values, refused };
}

async function measureAll(
  load: LineProgram,
  operations: readonly Operation[],
  count: number,
): Promise<ReadonlyMap<Operation, number>> {
  const clock = await load.askNumber(`nothing ${count}`);
  const values = new Map<Operation, number>();
  for (const operation of operations)
    values.set(operation, (await load.askNumber(`${operation} ${count}`)) - clock);
  return values;
}
