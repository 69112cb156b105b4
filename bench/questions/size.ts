import { startAgent } from '../lib/agent.js';
import { memoryOf } from '../lib/proc.js';
import type { Effort, Measurement, Question, Target } from '../lib/question.js';
import { median } from '../lib/statistics.js';
import { sleep } from '../lib/sleep.js';
import { Workshop } from '../lib/workshop.js';

const FEW = 1;
const MANY = 10_000;

interface Size {
  readonly rss: number;
  readonly pss: number;
  /** ms from its start to its first word. */
  readonly start: number;
}

/** 6: how large the agent is, and how soon it is there. */
export const size: Question = {
  name: 'size',
  title: 'How large the agent is, and how soon it is there',
  async answer({ quick, say }: Effort) {
    const pairs = quick ? 2 : 15;
    const bare: Size[] = [];
    const few: Size[] = [];
    const many: Size[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      say(`pair ${pair + 1} of ${pairs}`);
      bare.push(await bareNode());
      few.push(await agent(FEW));
      many.push(await agent(MANY));
    }
    const row = (
      group: string,
      name: string,
      unit: 'MiB' | 'ms',
      sizes: readonly Size[],
      key: keyof Size,
      most?: number,
    ): Measurement => {
      const values = sizes.map((each) => each[key]);
      const baseline = bare.map((each) => each[key]);
      const target = most === undefined ? undefined : within(most, unit, values, baseline);
      return { group, name, unit, values, baseline, ...(target ? { target } : {}) };
    };
    const of = (key: 'rss' | 'pss', group: string) => [
      row(group, 'node alone', 'MiB', bare, key),
      row(group, `the agent, ${FEW} process`, 'MiB', few, key, 8),
      row(group, `the agent, ${MANY.toLocaleString('en')} processes`, 'MiB', many, key, 25),
    ];
    return {
      measurements: [
        ...of('rss', 'memory (RSS)'),
        ...of('pss', 'memory (PSS)'),
        row('from the start to the first word', 'node alone', 'ms', bare, 'start'),
        row('from the start to the first word', 'the agent', 'ms', few, 'start', 150),
      ],
      notes: [],
    };
  },
};

/** At most so much more than node alone, by the median of the pairs. */
function within(most: number, unit: string, values: readonly number[], baseline: readonly number[]): Target {
  const middle = median(values.map((value, i) => value - (baseline[i] ?? NaN)));
  return {
    text: `at most ${most} ${unit} more (${middle.toFixed(1)})`,
    met: () => middle <= most,
  };
}

async function bareNode(): Promise<Size> {
  return Workshop.with(async (workshop) => {
    const started = performance.now();
    const program = workshop.program(
      process.execPath,
      '-e',
      'console.log("ready"); setInterval(() => {}, 2 ** 30)',
    );
    await program.until(() => program.stdout.length > 0);
    const start = performance.now() - started;
    await sleep(500);
    return { ...memoryOf(program.pid), start };
  });
}

/** It watches a process, whose children are born afterwards and are watched with it. */
async function agent(processes: number): Promise<Size> {
  return Workshop.with(async (workshop) => {
    const crowd = await workshop.load('crowd');
    const started = performance.now();
    const program = startAgent(workshop, [{ name: 'crowd', pid: crowd.pid, above: 100 }], 'dry-run');
    await program.until(() => program.stdout.length > 0);
    const start = performance.now() - started;
    if (processes > 1) await crowd.ask(`fork ${processes - 1}`);
    await sleep(processes > 1 ? 2000 : 500);
    return { ...memoryOf(program.pid), start };
  });
}
