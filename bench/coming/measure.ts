import type { LineProgram } from '../../rig/programs/line-program.js';
import { type Match, RlimitEvents } from '../../src/rlimit-events/index.js';
import { withLoadInMemory } from '../lib/load-in-memory.js';

/** How a process comes and goes; of load/resources.c. */
export const OPERATIONS = ['fork', 'spawn'] as const;
export type Coming = (typeof OPERATIONS)[number];

/** The kinds of selectors; `unit` is a cgroup as well. */
export const KINDS = ['exe', 'command', 'user', 'cgroup'] as const;
type Kind = (typeof KINDS)[number];

/** How many groups there are, of descriptors for so many at most: with more than 64 it has other programs. */
const COUNTS: Readonly<Record<number, readonly number[]>> = { 64: [1, 10, 64], 1024: [1, 1024] };
/** Of the second one. */
export const MANY = 1024;

export interface ComingValue {
  readonly kind: Kind;
  /** How many there are, and can be. */
  readonly groups: number;
  readonly most: number;
  readonly operation: Coming;
  readonly bare: number;
  readonly with: number;
}

export interface MeasuredComing {
  readonly values: ComingValue[];
  readonly refused: Record<string, string>;
}

/** What nobody is, another one for each number. */
const NOBODY: Record<Kind, (i: number) => Match> = {
  exe: (i) => ({ kind: 'exe', device: 1, inode: BigInt(i + 1) }),
  command: (i) => ({ kind: 'command', name: `nobody-${i}` }),
  user: (i) => ({ kind: 'user', uid: 3_000_000 + i }),
  cgroup: (i) => ({ kind: 'cgroup', path: `/nobody-${i}.service` }),
};

/** Groups of open files that match nobody, of one kind at a time. */
export async function measureComing(count: number): Promise<MeasuredComing> {
  const values: ComingValue[] = [];
  const refused: Record<string, string> = {};
  await withLoadInMemory('resources', async (start) => {
    const load = await start();
    await measureBoth(load, count);
    for (const kind of KINDS) {
      for (const [most, counts] of Object.entries(COUNTS)) {
        try {
          values.push(...(await measureKind(load, count, kind, Number(most), counts)));
        } catch (error) {
          refused[`${kind}, ${most}`] = error instanceof Error ? error.message : String(error);
        }
      }
    }
  });
  return { values, refused };
}

/** One kind, in a descriptor for so many groups at most. */
async function measureKind(
  load: LineProgram,
  count: number,
  kind: Kind,
  most: number,
  counts: readonly number[],
): Promise<ComingValue[]> {
  const values: ComingValue[] = [];
  const bare = await measureBoth(load, count);
  const descriptor = new RlimitEvents(() => undefined, { matches: [kind], groups: { nofile: most } });
  try {
    let made = 0;
    for (const groups of counts) {
      for (; made < groups; made++)
        descriptor
          .addGroup(`group ${made}`, { resource: 'nofile', levels: [{ kind: 'value', value: 900 }] })
          .match(NOBODY[kind](made));
      const taken = await measureBoth(load, count);
      for (const operation of OPERATIONS)
        values.push({
          kind,
          groups,
          most,
          operation,
          bare: bare.get(operation) ?? NaN,
          with: taken.get(operation) ?? NaN,
        });
    }
  } finally {
    descriptor.close();
  }
  return values;
}

async function measureBoth(load: LineProgram, count: number): Promise<ReadonlyMap<Coming, number>> {
  const clock = await load.askNumber(`nothing ${count}`);
  const values = new Map<Coming, number>();
  for (const operation of OPERATIONS)
    values.set(operation, (await load.askNumber(`${operation} ${count}`)) - clock);
  return values;
}
