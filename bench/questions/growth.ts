import { RlimitEvents } from '../../src/rlimit-events/index.js';
import { LineProgram } from '../lib/line-program.js';
import { compiled } from '../lib/compiled.js';
import type { Effort, Measurement, Question, Target } from '../lib/question.js';
import { median } from '../lib/statistics.js';
import { Workshop } from '../lib/workshop.js';

interface Setting {
  readonly group: string;
  readonly name: string;
  readonly processes?: number;
  readonly levels?: number;
  readonly slots?: number;
}

const SETTINGS: readonly (readonly Setting[])[] = [
  [1, 100, 10_000].map((processes) => ({
    group: 'watched processes',
    name: processes.toLocaleString('en'),
    processes,
  })),
  [1, 8, 64].map((levels) => ({ group: 'levels', name: String(levels), levels })),
  [64, 1024, 65_536, 1_000_000].map((slots) => ({
    group: 'slots of the descriptor table',
    name: slots.toLocaleString('en'),
    slots,
  })),
];
/** How far above what the process has its lowest level is. */
const FAR = 800;

/** 2: whether watching costs more when there is more of something. */
export const growth: Question = {
  name: 'growth',
  title: 'What an operation of a watched process costs, with more of something',
  async answer({ quick, say }: Effort) {
    const rounds = quick ? 3 : 15;
    const operations = quick ? 2_000 : 20_000;
    const measurements: Measurement[] = [];
    for (const settings of SETTINGS) {
      say(`${settings[0]?.group ?? ''}: ${settings.map(({ name }) => name).join('; ')}`);
      // The largest to the smallest of the same round.
      const means = settings.map((): number[] => []);
      for (let round = 0; round < rounds; round++)
        for (const [i, setting] of settings.entries()) means[i]?.push(await mean(setting, operations));
      measurements.push(
        ...settings.map(({ group, name }, i): Measurement => {
          const values = means[i] ?? [];
          const target = i > 0 ? largestWithin(means) : undefined;
          return {
            group: `open and close of a watched process, on average: ${group}`,
            name,
            unit: 'ticks',
            values,
            ...(i > 0 ? { baseline: means[0] ?? [] } : {}),
            ...(target ? { target } : {}),
          };
        }),
      );
    }
    return { measurements, notes: [] };
  },
};

function largestWithin(means: readonly (readonly number[])[]): Target {
  const medians = means.map(median);
  return {
    text: 'at most 1.2 times the smallest',
    met: ({ spread }) => spread.median <= 1.2 * Math.min(...medians),
  };
}

/** Of so many operations, each look that was due among them included. */
async function mean({ processes = 1, levels = 1, slots }: Setting, operations: number): Promise<number> {
  return Workshop.with(async (workshop) => {
    const crowd = await workshop.load('crowd');
    const load = await startCost(workshop, slots);
    const descriptor = new RlimitEvents(() => undefined, { processes: 16_384 });
    workshop.atEnd(() => {
      descriptor.close();
    });
    const never = { resource: 'nofile' as const, levels: [{ kind: 'value' as const, value: 1_000_000_000 }] };
    if (processes > 1) {
      descriptor.watch(crowd.pid, never);
      await crowd.ask(`fork ${processes - 2}`);
    }
    const { value } = descriptor.watch(load.pid, never);
    descriptor.watch(load.pid, {
      resource: 'nofile',
      levels: Array.from({ length: levels }, (_, i) => ({ kind: 'value', value: value + FAR + i })),
    });
    await load.ask(`open-hot ${operations / 10}`);
    return Number((await load.ask(`open-hot ${operations}`)).split(' ')[3]);
  });
}

async function startCost(workshop: Workshop, slots: number | undefined): Promise<LineProgram> {
  const limit = Math.max(1024, slots ?? 0);
  const load = await LineProgram.start(
    'prlimit',
    `--nofile=${limit}:${limit}`,
    compiled('cost'),
    '/dev/null',
    '/',
  );
  workshop.atEnd(() => load.end());
  if (slots !== undefined) await load.ask(`table ${slots}`);
  return load;
}
