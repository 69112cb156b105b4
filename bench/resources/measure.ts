import { LineProgram } from '../../rig/programs/line-program.js';
import type { AttachMode, Resource } from '../../src/rlimit-events/index.js';
import { compiled } from '../lib/compiled.js';
import { begin, openFor, type Operation, OPERATIONS, RESOURCES, type State, statesOf } from './variants.js';

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

/** Each resource by itself in each mode: all operations bare, and then in each state. */
export async function measureResources(
  modes: readonly AttachMode[],
  count: number,
): Promise<MeasuredResources> {
  const values: Value[] = [];
  const refused: Record<string, string> = {};
  const load = await LineProgram.run(compiled('resources'));
  const other = await LineProgram.run(compiled('resources'));
  try {
    await measureAll(load, count);
    for (const mode of modes) {
      for (const resource of RESOURCES) {
        const bare = await measureAll(load, count);
        const keep = async (state: State, end: () => void) => {
          const taken = await measureAll(load, count);
          end();
          for (const operation of OPERATIONS)
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
  } finally {
    await load.end();
    await other.end();
  }
  return { values, refused };
}

async function measureAll(load: LineProgram, count: number): Promise<ReadonlyMap<Operation, number>> {
  const clock = await load.askNumber(`nothing ${count}`);
  const values = new Map<Operation, number>();
  for (const operation of OPERATIONS)
    values.set(operation, (await load.askNumber(`${operation} ${count}`)) - clock);
  return values;
}
