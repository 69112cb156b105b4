import { usageAtRest } from '../destinations/at-rest.js';
import { sizes, type Sizes } from '../destinations/memory.js';
import { icinga2Rates, nrdpRates, nscaNgRates, type Rates } from '../destinations/rates.js';
import { icinga2ToAnswer, nscaNgToAnswer, type ToAnswer } from '../destinations/to-answer.js';
import {
  atLeastTimes,
  atMostMore,
  atMostTimes,
  type Effort,
  type Measurement,
  type Question,
  type Target,
} from '../lib/question.js';

/** 8: what each kind of destination with an answer takes. */
export const destinations: Question = {
  name: 'destinations',
  title: 'Destinations that answer: how soon, how many, and what they take at rest',
  async answer({ quick, say }: Effort) {
    const pairs = quick ? 15 : 200;
    say(`${pairs} crossings to the answer of nsca-ng, and as many of Icinga 2`);
    const nscaNg = await nscaNgToAnswer(pairs);
    const icinga2 = await icinga2ToAnswer(pairs);
    const rounds = quick ? 2 : 25;
    const counts = quick ? { many: 100, few: 5 } : { many: 1000, few: 20 };
    say(`${rounds} times ${counts.many} results to nsca-ng, Icinga 2 and NRDP`);
    const nscaNgRate = await nscaNgRates(rounds, counts);
    const icinga2Rate = await icinga2Rates(rounds, counts);
    const nrdpRate = await nrdpRates(rounds, counts);
    const size = await sizes(quick ? 2 : 15, say);
    const [windows, seconds] = quick ? [3, 1] : [18, 10];
    say(`${windows} times ${seconds} s at rest`);
    const usages = await usageAtRest(windows, seconds);
    const none: Target = { text: 'none', met: ({ spread }) => spread.max === 0 };
    return {
      measurements: [
        ...toAnswer('nsca-ng', nscaNg),
        ...toAnswer('Icinga 2', icinga2),
        ...rates('nsca-ng', nscaNgRate, [
          ['forEach', "Debian's send_nsca of nsca-ng for each", 20],
          ['atOnce', 'the same program, given all at once', 1.5],
        ]),
        ...rates('Icinga 2', icinga2Rate, [
          ['bare', BARE, 0.8],
          ['curl', 'curl, given all at once', 1],
        ]),
        ...rates("NRDP (the tests' receiver)", nrdpRate, [
          ['forEach', 'curl for each', 20],
          ['bare', 'bare node, one post for each on a kept connection', undefined],
        ]),
        ...memory('memory (RSS) while nothing was sent yet', size.unused, atMostMore(2, 'MiB')),
        ...memory('memory (RSS) when each has sent results', size.used),
        {
          group: `at rest, in ${seconds} s, with a destination of each kind`,
          name: 'context switches of all threads',
          unit: 'switches',
          values: usages.map(({ switches }) => switches),
          target: none,
        },
        {
          group: `at rest, in ${seconds} s, with a destination of each kind`,
          name: 'time on a processor',
          unit: 'ms',
          values: usages.map(({ cpu }) => cpu),
          target: none,
        },
      ],
      notes: [],
    };
  },
};

const AGENT = 'the agent';
const BARE = 'bare node, the same bytes on a kept connection';

function toAnswer(server: string, { agent, bare, descriptor }: ToAnswer): Measurement[] {
  const group = `from the crossing to the answer of ${server}`;
  const floor = 'bare node, told by the descriptor';
  return [
    { group, name: 'bare node, told by a pipe', unit: 'ms', values: bare },
    { group, name: floor, unit: 'ms', values: descriptor, baseline: bare },
    { group, name: AGENT, unit: 'ms', values: agent, baseline: bare, target: atMostTimes(1.5), floor },
  ];
}

/** @param others what the agent is compared with, and how many times as many results it is to deliver */
function rates<Way extends string>(
  server: string,
  measured: Rates<Way | 'agent' | 'bare'>,
  others: readonly (readonly [way: Way | 'bare', name: string, times: number | undefined])[],
): Measurement[] {
  const group = `results to ${server}`;
  const unit = 'per second';
  return others.flatMap(([way, name, times]): Measurement[] => {
    const beside = `${group}, beside ${name}`;
    const baseline = measured[way];
    return [
      { group: beside, name, unit, values: baseline },
      ...(way === 'bare'
        ? []
        : [{ group: beside, name: BARE, unit, values: measured.bare, baseline } as const]),
      {
        group: beside,
        name: AGENT,
        unit,
        values: measured.agent,
        baseline,
        ...(times !== undefined && { target: atLeastTimes(times), floor: BARE }),
      },
    ];
  });
}

function memory(group: string, { nsca, all }: Sizes, target?: Target): Measurement[] {
  return [
    { group, name: 'NSCA alone', unit: 'MiB', values: nsca },
    {
      group,
      name: 'a destination of each kind',
      unit: 'MiB',
      values: all,
      baseline: nsca,
      ...(target && { target }),
    },
  ];
}
