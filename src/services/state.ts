/** The four states of a service on the Nagios side. */
export type State = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

const codes = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;

/** The state as the exit code of a plugin and the return code of a passive result. */
export function returnCode(state: State): 0 | 1 | 2 | 3 {
  return codes[state];
}

/** How bad a state is: what is known to be critical is worse than what is not known. */
export const severity: Readonly<Record<State, number>> = { OK: 0, WARNING: 1, UNKNOWN: 2, CRITICAL: 3 };
