import { RlimitEvents, type AttachMode } from '../../src/rlimit-events/index.js';
import { compiled } from '../lib/compiled.js';
import { LineProgram } from '../lib/line-program.js';
import { Workshop } from '../lib/workshop.js';
import type { Setting } from './settings.js';

export interface Effort {
  readonly attach: AttachMode | 'auto';
  readonly rounds: number;
  readonly operations: number;
}

/** How far above what the process has its lowest level is: below it, it is looked at every 400 operations. */
const FAR = 800;

/** Of each setting the mean of each round: ticks of an operation, in the order of the settings. */
export async function measureGrowth(settings: readonly Setting[], effort: Effort): Promise<number[][]> {
  const means = settings.map((): number[] => []);
  for (let round = 0; round < effort.rounds; round++)
    for (const [i, setting] of settings.entries()) means[i]?.push(await mean(setting, effort));
  return means;
}

/** Of so many operations, each look that was due among them included. */
async function mean(
  { processes = 1, levels = 1, slots, crossing = false }: Setting,
  { attach, operations }: Effort,
): Promise<number> {
  return Workshop.with(async (workshop) => {
    const load = await startLoad(workshop, slots);
    const descriptor = new RlimitEvents(() => undefined, { attach });
    workshop.atEnd(() => {
      descriptor.close();
    });
    const never = { resource: 'nofile' as const, levels: [{ kind: 'value' as const, value: 1_000_000_000 }] };
    if (processes > 1) {
      // Children are watched from their birth on: the crowd and the load are two more.
      const crowd = await workshop.load('crowd');
      descriptor.watch(crowd.pid, never);
      await crowd.ask(`fork ${processes - 2}`);
    }
    const { value } = descriptor.watch(load.pid, never);
    const lowest = value + (crossing ? 1 : FAR);
    descriptor.watch(load.pid, {
      resource: 'nofile',
      levels: Array.from({ length: levels }, (_, i) => ({ kind: 'value', value: lowest + i })),
    });
    await load.ask('realtime 1');
    await load.ask(`open-hot ${operations / 10}`);
    return Number((await load.ask(`open-hot ${operations}`)).split(' ')[3]);
  });
}

async function startLoad(workshop: Workshop, slots: number | undefined): Promise<LineProgram> {
  const limit = Math.max(1024, slots ?? 0);
  const load = await LineProgram.start(
    'prlimit',
    `--nofile=${limit}:${limit}`,
    compiled('cost'),
    '/dev/shm',
    '/',
  );
  workshop.atEnd(() => load.end());
  if (slots !== undefined) await load.ask(`table ${slots}`);
  return load;
}
