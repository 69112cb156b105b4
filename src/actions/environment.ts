import { inUnit, RESOURCES } from '../resources/index.js';
import type { ActionEvent } from './action.js';

/** An event as the environment of a program, in the unit of getrlimit(2). What is not known is empty, and no limit is `unlimited`. */
export function eventEnvironment(event: ActionEvent): Record<`RLIMIT_${string}`, string> {
  const { pid = '', name = '', value, limit } = event.process ?? {};
  const text = (quantity: number | undefined) =>
    quantity === undefined ? '' : String(inUnit(quantity, RESOURCES[event.resource].unit));
  return {
    RLIMIT_HOST: event.host,
    RLIMIT_SERVICE: event.service,
    RLIMIT_STATE: event.state,
    RLIMIT_PREVIOUS_STATE: event.previousState,
    RLIMIT_PID: String(pid),
    RLIMIT_NAME: name,
    RLIMIT_RESOURCE: event.resource,
    RLIMIT_VALUE: text(value),
    RLIMIT_LIMIT: limit === Infinity ? 'unlimited' : text(limit),
    RLIMIT_OUTPUT: event.output,
  };
}
