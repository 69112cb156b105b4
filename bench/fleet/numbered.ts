import type { ServiceResult, State } from '../../src/services/index.js';

type Numbered = Pick<ServiceResult, 'state' | 'time' | 'text' | 'perfdata' | 'longOutput'>;

/** As large as the agent's own, with a number by which it is known again. */
export function numbered(number: number, state: State): Numbered {
  return {
    state,
    time: Date.now(),
    text: `FDS ${state} - broker[4711] has ${number} of 1000000 open files`,
    perfdata: [
      { label: 'fds', value: number, unit: '', warning: '50', critical: '80', min: 0, max: 1_000_000 },
    ],
    longOutput: ['holds descriptors:', '/dev/null ×33', 'pipe ×9', '[eventpoll] ×3', '[eventfd] ×3'],
  };
}

/** Undefined: it is the server's own, such as Icinga's of a service that is stale. */
export function numberOf(output: string): number | undefined {
  const [, number] = / has (\d+) of 1000000 open files/.exec(output) ?? [];
  return number === undefined ? undefined : Number(number);
}
