import { memoryOf } from '../lib/proc.js';
import type { Effort, Question } from '../lib/question.js';
import { sleep } from '../lib/sleep.js';
import { besideBare, started, STARTS } from '../lib/starting.js';
import { Workshop } from '../lib/workshop.js';

const MANY = 10_000;

type Size = ReturnType<typeof memoryOf>;

/** 6: how large the agent is. */
export const size: Question = {
  name: 'size',
  title: 'How large the agent is',
  async answer({ quick, say }: Effort) {
    const pairs = quick ? 2 : 15;
    const bare: Size[] = [];
    const floor: Size[] = [];
    const few: Size[] = [];
    const many: Size[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      say(`pair ${pair + 1} of ${pairs}`);
      bare.push(await sizeOf('bare', 1));
      floor.push(await sizeOf('floor', 1));
      few.push(await sizeOf('agent', 1));
      many.push(await sizeOf('agent', MANY));
    }
    const of = (key: keyof Size, group: string) => {
      const row = (name: string, sizes: readonly Size[], most?: number) =>
        besideBare(
          { group, name, unit: 'MiB' },
          sizes.map((each) => each[key]),
          bare.map((each) => each[key]),
          most,
        );
      return [
        row('node alone', bare),
        row('the floor: node, koffi, libbpf', floor),
        row('the agent, 1 process', few, 8),
        row(`the agent, ${MANY.toLocaleString('en')} processes`, many, 25),
      ];
    };
    return { measurements: [...of('rss', 'memory (RSS)'), ...of('pss', 'memory (PSS)')], notes: [] };
  },
};

/** The watched process has its children afterwards, so that each is told. */
async function sizeOf(way: keyof typeof STARTS, processes: number): Promise<Size> {
  return Workshop.with(async (workshop) => {
    const crowd = await workshop.load('crowd');
    const { program } = await started(() => STARTS[way](workshop, crowd.pid));
    if (processes > 1) await crowd.ask(`fork ${processes - 1}`);
    await sleep(processes > 1 ? 2000 : 500);
    return memoryOf(program.pid);
  });
}
