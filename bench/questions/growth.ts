import { compiled } from '../lib/compiled.js';
import { ANSWER, inGuest } from '../lib/guest.js';
import type { Effort, Measurement, Question, Unit } from '../lib/question.js';
import { median } from '../lib/statistics.js';
import type { GrowthInGuest } from '../growth/in-guest.js';
import { measureApart } from '../growth/measure.js';
import { BY_LEVELS, BY_PROCESSES, BY_SLOTS, type Setting } from '../growth/settings.js';

const GUEST = '6.1';

/**
 * 2: whether watching costs more when there is more of something. The levels and the table in a guest that
 * counts instructions; the processes here, since ten thousand births take a guest too long.
 */
export const growth: Question = {
  name: 'growth',
  title: 'What opening and closing costs a watched process, with more of something',
  async answer({ quick, signal, say }: Effort) {
    const rounds = quick ? 2 : 15;
    say(`${BY_PROCESSES.map(({ name }) => name).join(', ')} watched processes`);
    const processes = await measureApart(BY_PROCESSES, {
      attach: 'auto',
      rounds,
      operations: quick ? 2_000 : 20_000,
    });

    compiled('cost');
    say(`levels and slots in a guest with Debian's ${GUEST}, whose clock counts instructions: some minutes`);
    const command = `node dist/bench/growth/in-guest.js ${rounds} 2000 ${ANSWER}`;
    const inModes = (await inGuest(
      { architecture: 'amd64', name: GUEST },
      command,
      signal,
    )) as GrowthInGuest[];
    return {
      measurements: [
        ...rowsOf('this machine: watched processes', BY_PROCESSES, processes, 'ticks'),
        ...inModes.flatMap(({ mode, levels, slots, crossing }) => [
          ...rowsOf(`${GUEST}, ${mode}: levels`, BY_LEVELS, levels, 'instructions'),
          ...rowsOf(`${GUEST}, ${mode}: slots of the descriptor table`, BY_SLOTS, slots, 'instructions'),
          ...rowsOf(
            `${GUEST}, ${mode}: levels, the lowest crossed by each`,
            BY_LEVELS,
            crossing,
            'instructions',
          ),
        ]),
      ],
      notes: [],
    };
  },
};

/** Each is held against the smallest; the first is the baseline. */
function rowsOf(
  group: string,
  settings: readonly Setting[],
  means: readonly (readonly number[])[],
  unit: Unit,
): Measurement[] {
  const least = Math.min(...means.map(median));
  const target = {
    text: 'at most 1.2 times the smallest',
    met: ({ spread }: { readonly spread: { readonly median: number } }) => spread.median <= 1.2 * least,
  };
  return settings.map(({ name }, i) => ({
    group,
    name,
    unit,
    values: means[i] ?? [],
    ...(i > 0 ? { baseline: means[0] ?? [], target } : {}),
  }));
}
