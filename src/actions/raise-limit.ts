import { limitsOf, pidfdIsAlive, setLimitsOf, type Limits } from '../ffi/index.js';
import { formatQuantity, RESOURCES, type Unit } from '../resources/index.js';
import type { ActionEvent, ActionOf } from './action.js';
import { withWatchedProcess, type StillWatched } from './watched-process.js';
import { processName } from './words.js';

/** @throws SystemError EPERM: it is another user's, and CAP_SYS_RESOURCE is missing */
export function raiseLimit(
  action: ActionOf<'raise-limit'>,
  event: ActionEvent & Required<Pick<ActionEvent, 'process'>>,
  stillWatched: StillWatched,
): string {
  const { process } = event;
  const { number, unit } = RESOURCES[event.resource];
  const outcome = withWatchedProcess(process.pid, stillWatched, (pidfd) => {
    const limits = limitsOf(process.pid, number);
    const soft = raised(limits, action);
    if (soft <= limits.soft) return `soft limit not raised: ${whyNot(limits, action, unit)}`;
    // prlimit(2) knows no pidfd: until it is reaped nobody else has its number.
    if (!pidfdIsAlive(pidfd)) return undefined;
    setLimitsOf(process.pid, number, { soft, hard: limits.hard });
    return `soft limit raised from ${formatQuantity(limits.soft, unit)} to ${formatQuantity(soft, unit)} (hard ${formatQuantity(limits.hard, unit)})`;
  });
  return outcome ?? `soft limit not raised: ${processName(event)} has ended`;
}

/** The soft limit to set; not above the present one if there is nothing to raise. */
function raised({ soft, hard }: Limits, { by, upTo = Infinity }: ActionOf<'raise-limit'>): number {
  const more = by.kind === 'value' ? by.value : Math.ceil((soft * by.percent) / 100);
  return Math.min(soft + more, hard, upTo);
}

function whyNot({ soft, hard }: Limits, { upTo = Infinity }: ActionOf<'raise-limit'>, unit: Unit): string {
  const text = (limit: number) => formatQuantity(limit, unit);
  if (soft === Infinity) return 'it is unlimited';
  if (soft === hard) return `${text(soft)} is the hard limit`;
  return soft >= upTo ? `${text(soft)} is not below up_to ${text(upTo)}` : `it stays at ${text(soft)}`;
}
