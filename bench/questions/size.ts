import { memoryOf } from '../lib/proc.js';
import { atMostMore, type Effort, type Measurement, type Question } from '../lib/question.js';
import { sleep } from '../lib/sleep.js';
import { NAMES, started, WAYS, waysToStart, type Start, type Way } from '../lib/starting.js';
import { Workshop } from '../lib/workshop.js';

const MANY = 10_000;

interface Case {
  readonly name: string;
  readonly way: Way;
  readonly processes: number;
  /** MiB more than node alone. */
  readonly most?: number;
}

const CASES: readonly Case[] = [
  ...WAYS.filter((way) => way !== 'agent').map((way) => ({ name: NAMES[way], way, processes: 1 })),
  { name: `${NAMES.agent}, 1 process`, way: 'agent', processes: 1, most: 8 },
  {
    name: `${NAMES.agent}, ${MANY.toLocaleString('en')} processes`,
    way: 'agent',
    processes: MANY,
    most: 25,
  },
];

type Size = ReturnType<typeof memoryOf>;

/** 6: how large the agent is. */
export const size: Question = {
  name: 'size',
  title: 'How large the agent is',
  async answer({ quick, say }: Effort) {
    const pairs = quick ? 2 : 15;
    const starts = waysToStart(WAYS);
    const measured = CASES.map((each) => ({ ...each, sizes: [] as Size[] }));
    for (let pair = 0; pair < pairs; pair++) {
      say(`pair ${pair + 1} of ${pairs}`);
      for (const { way, processes, sizes } of measured) sizes.push(await sizeOf(starts[way], processes));
    }
    const [bare] = measured;
    const rows = (group: string, key: keyof Size) =>
      measured.map(({ name, sizes, most }): Measurement => ({
        group,
        name,
        unit: 'MiB',
        values: sizes.map((size) => size[key]),
        ...(bare && { baseline: bare.sizes.map((size) => size[key]) }),
        ...(most !== undefined && { target: atMostMore(most, 'MiB'), floor: NAMES.floor }),
      }));
    return { measurements: [...rows('memory (RSS)', 'rss'), ...rows('memory (PSS)', 'pss')], notes: [] };
  },
};

/** The watched process has its children afterwards, so that each is told. */
async function sizeOf(start: Start, processes: number): Promise<Size> {
  return Workshop.with(async (workshop) => {
    const crowd = await workshop.load('crowd');
    const { program } = await started(() => start(workshop, crowd.pid));
    if (processes > 1) await crowd.ask(`fork ${processes - 1}`);
    await sleep(processes > 1 ? 2000 : 500);
    return memoryOf(program.pid);
  });
}
