import { KINDS, MANY, type MeasuredComing, OPERATIONS } from '../coming/measure.js';
import { type Matched, measureMatching } from '../coming/matching.js';
import { compiled } from '../lib/compiled.js';
import { ANSWER, inGuest } from '../lib/guest.js';
import { atMostTimes, type Effort, type Measurement, type Question, type Target } from '../lib/question.js';

const GUESTS = ['6.1', '6.12'];
const TITLES = { fork: 'fork, exit and wait', spawn: 'spawn a small program and wait' };

/** 12: what processes that nobody watches cost more, with groups that they are matched against in vain. */
export const comingAndGoing: Question = {
  name: 'coming-and-going',
  title: 'What it costs to come and go beside groups that do not match',
  async answer({ quick, signal, say }: Effort) {
    compiled('resources');
    const measurements: Measurement[] = [];
    const notes: string[] = [];
    say('here: a thousand short processes a second that match');
    const matched = await measureMatching(3, quick ? 2 : 20);
    measurements.push(...measurementsOfMatching(matched));
    notes.push(...new Set(matched.flatMap(({ complaints }) => complaints)));
    for (const name of GUESTS) {
      say(`in a guest with Debian's ${name}, whose clock counts instructions: some minutes`);
      const command = `node dist/bench/coming/in-guest.js ${quick ? 5 : 51} ${ANSWER}`;
      const measured = (await inGuest({ architecture: 'amd64', name }, command, signal)) as MeasuredComing;
      measurements.push(...measurementsOf(name, measured));
      for (const [kind, why] of Object.entries(measured.refused)) notes.push(`${name}, ${kind}: ${why}`);
    }
    return { measurements, notes };
  },
};

function measurementsOf(place: string, { values }: MeasuredComing): Measurement[] {
  return OPERATIONS.flatMap((operation) =>
    KINDS.flatMap((kind) => {
      const rows = values.filter((value) => value.kind === kind && value.operation === operation);
      const [one] = rows;
      return rows.map((row): Measurement => ({
        group: `${place}, ${kind}: ${TITLES[operation]}`,
        name: row.most === MANY ? `${row.groups} groups of ${MANY}` : `${row.groups} groups`,
        unit: 'instructions',
        values: [row.with],
        baseline: [row.bare],
        target: row === one || !one ? atMostTimes(1.02) : flat(row.most === MANY ? 1.2 : 1.1, one.with),
      }));
    }),
  );
}

function measurementsOfMatching(matched: readonly Matched[]): Measurement[] {
  const group = 'here: a thousand short processes a second that match';
  return [
    { group, name: 'processes in a round', unit: 'times', values: matched.map((each) => each.processes) },
    {
      group,
      name: "the agent's processor time, beside theirs",
      unit: 'ms',
      values: matched.map((each) => each.agents),
      baseline: matched.map((each) => each.theirs),
      target: atMostTimes(0.1, 'at most a tenth of theirs'),
    },
  ];
}

/** With more groups it costs as much as with one. */
function flat(times: number, one: number): Target {
  return {
    text: `at most +2.00 %, and ${times} times one group`,
    met: ({ spread, ratio }) => ratio !== undefined && ratio.median <= 1.02 && spread.median <= times * one,
  };
}
