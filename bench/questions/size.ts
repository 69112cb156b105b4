import { emptyProgram } from '../lib/floor.js';
import { memoryOf } from '../lib/proc.js';
import { atMostMore, type Effort, type Measurement, type Question } from '../lib/question.js';
import { sleep } from '../lib/sleep.js';
import { FLOOR, started, STARTS } from '../lib/starting.js';
import { Workshop } from '../lib/workshop.js';

const MANY = 10_000;

interface Case {
  readonly name: string;
  readonly way: keyof typeof STARTS;
  readonly processes: number;
  /** MiB more than node alone. */
  readonly most?: number;
}

const BARE: Case = { name: 'node alone', way: 'bare', processes: 1 };
const CASES: readonly Case[] = [
  BARE,
  { name: 'node with koffi and libbpf', way: 'libraries', processes: 1 },
  { name: FLOOR, way: 'empty', processes: 1 },
  { name: 'the agent, 1 process', way: 'agent', processes: 1, most: 8 },
  { name: `the agent, ${MANY.toLocaleString('en')} processes`, way: 'agent', processes: MANY, most: 25 },
];

type Size = ReturnType<typeof memoryOf>;

/** 6: how large the agent is. */
export const size: Question = {
  name: 'size',
  title: 'How large the agent is',
  async answer({ quick, say }: Effort) {
    const pairs = quick ? 2 : 15;
    // Compiled before the first that is started.
    emptyProgram();
    const sizes = new Map(CASES.map((each): [Case, Size[]] => [each, []]));
    for (let pair = 0; pair < pairs; pair++) {
      say(`pair ${pair + 1} of ${pairs}`);
      for (const [each, measured] of sizes) measured.push(await sizeOf(each));
    }
    const of = (group: string, key: keyof Size) =>
      CASES.map((each): Measurement => ({
        group,
        name: each.name,
        unit: 'MiB',
        values: (sizes.get(each) ?? []).map((size) => size[key]),
        baseline: (sizes.get(BARE) ?? []).map((size) => size[key]),
        ...(each.most !== undefined && { target: atMostMore(each.most, 'MiB'), floor: FLOOR }),
      }));
    return { measurements: [...of('memory (RSS)', 'rss'), ...of('memory (PSS)', 'pss')], notes: [] };
  },
};

/** The watched process has its children afterwards, so that each is told. */
async function sizeOf({ way, processes }: Case): Promise<Size> {
  return Workshop.with(async (workshop) => {
    const crowd = await workshop.load('crowd');
    const { program } = await started(() => STARTS[way](workshop, crowd.pid));
    if (processes > 1) await crowd.ask(`fork ${processes - 1}`);
    await sleep(processes > 1 ? 2000 : 500);
    return memoryOf(program.pid);
  });
}
