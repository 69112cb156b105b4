import { RlimitEvents, type AttachMode } from '../../src/rlimit-events/index.js';
import { compiled } from '../lib/compiled.js';
import { LineProgram } from '../../rig/programs/line-program.js';
import { Workshop } from '../lib/workshop.js';
import type { Setting } from './settings.js';

export interface Effort {
  readonly attach: AttachMode | 'auto';
  readonly rounds: number;
  readonly operations: number;
}

/** How far above what the process has its lowest level is: below it, it is looked at every 400 operations. */
const FAR = 800;
/** No value reaches it: to watch, and to learn the value. */
const NEVER = { resource: 'nofile' as const, levels: [{ kind: 'value' as const, value: 1_000_000_000 }] };

/**
 * Of each setting the mean of each round: ticks of an operation, each look that was due among them included.
 * Each setting has a process of its own, all under one descriptor.
 */
export async function measureTogether(settings: readonly Setting[], effort: Effort): Promise<number[][]> {
  return Workshop.with(async (workshop) => {
    const descriptor = new RlimitEvents(() => undefined, { attach: effort.attach });
    workshop.atEnd(() => {
      descriptor.close();
    });
    const loads: LineProgram[] = [];
    for (const setting of settings) loads.push(await startLoad(workshop, descriptor, setting));
    const means = settings.map((): number[] => []);
    for (let round = 0; round < effort.rounds; round++) {
      for (const [i, load] of loads.entries()) {
        const [, , , mean] = (await load.ask(`open-hot ${effort.operations}`)).split(' ');
        means[i]?.push(Number(mean));
      }
    }
    return means;
  });
}

/** The same with a descriptor for each, since the settings are about all that it watches. */
export async function measureApart(settings: readonly Setting[], effort: Effort): Promise<number[][]> {
  const means = settings.map((): number[] => []);
  for (let round = 0; round < effort.rounds; round++)
    for (const [i, setting] of settings.entries())
      means[i]?.push(...((await measureTogether([setting], { ...effort, rounds: 1 }))[0] ?? []));
  return means;
}

async function startLoad(
  workshop: Workshop,
  descriptor: RlimitEvents,
  { processes = 1, levels = 1, slots = 0, crossing = false }: Setting,
): Promise<LineProgram> {
  if (processes > 1) {
    // Children are watched from their birth on: the crowd itself and the load are two more.
    const crowd = await workshop.load('crowd');
    descriptor.watch(crowd.pid, NEVER);
    await crowd.ask(`fork ${processes - 2}`);
  }
  const limit = Math.max(1024, slots);
  const load = await LineProgram.run(
    'prlimit',
    ...[`--nofile=${limit}:${limit}`, compiled('cost'), '/dev/shm', '/'],
  );
  workshop.atEnd(() => load.end());
  if (slots > 0) await load.ask(`table ${slots}`);
  const { value } = descriptor.watch(load.pid, NEVER);
  const lowest = value + (crossing ? 1 : FAR);
  descriptor.watch(load.pid, {
    resource: 'nofile',
    levels: Array.from({ length: levels }, (_, i) => ({ kind: 'value', value: lowest + i })),
  });
  await load.ask('realtime 1');
  // The first operations of a process are dearer than any later one.
  await load.ask('open-hot 1000');
  return load;
}
