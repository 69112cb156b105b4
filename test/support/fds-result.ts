import type { ServiceResult, State } from '../../src/services/index.js';

/** A change of a service about open files of the host gw01, now. */
export const fdsResult = (
  service: string,
  state: State,
  rest: Partial<ServiceResult> = {},
): ServiceResult => ({
  host: 'gw01',
  service,
  state,
  time: Date.now(),
  cause: 'change',
  worsened: state !== 'OK',
  text: `FDS ${state}`,
  perfdata: [{ label: 'fds', value: 1, unit: '' }],
  longOutput: [],
  ...rest,
});
