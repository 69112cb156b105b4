/** The four states of a service on the Nagios side. */
export type State = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

const codes = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;

/** The state as the exit code of a plugin and the return code of a passive result. */
export function returnCode(state: State): 0 | 1 | 2 | 3 {
  return codes[state];
}

/** The state that has this code; undefined if none has. */
export function stateOfCode(code: number): State | undefined {
  return STATES.find((state) => codes[state] === code);
}

export const STATES: readonly State[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

/** How bad a state is: what is known to be critical is worse than what is not known. */
export const severity: Readonly<Record<State, number>> = { OK: 0, WARNING: 1, UNKNOWN: 2, CRITICAL: 3 };

/** As a terminal shows them, by select graphic rendition (ECMA-48): green, yellow, magenta, red. */
export const STATE_COLOURS: Readonly<Record<State, number>> = {
  OK: 32,
  WARNING: 33,
  UNKNOWN: 35,
  CRITICAL: 31,
};
