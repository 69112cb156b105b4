import { limitsOf, pidfdIsAlive, setLimitsOf, type Limits } from '../ffi/index.js';
import { formatQuantity, inUnit, ofUnit, RESOURCES, type Unit } from '../resources/index.js';
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
    const soft = raised(limits, action, unit);
    if (soft <= limits.soft) return `soft limit not raised: ${whyNot(limits, action, unit)}`;
    // prlimit(2) knows no pidfd: until it is reaped nobody else has its number.
    if (!pidfdIsAlive(pidfd)) return undefined;
    setLimitsOf(process.pid, number, { soft, hard: limits.hard });
    const [from, to, most] = [limits.soft, soft, limits.hard].map((limit) => limitText(limit, unit));
    return `soft limit raised from ${from} to ${to} (hard ${most})`;
  });
  return outcome ?? `soft limit not raised: ${processName(event)} has ended`;
}

/** The soft limit to set; not above the present one if there is nothing to raise. */
function raised(
  { soft, hard }: Limits,
  { by, upTo = Infinity }: ActionOf<'raise-limit'>,
  unit: Unit,
): number {
  const more = by.kind === 'value' ? inUnit(by.value, unit) : (soft * by.percent) / 100;
  return Math.min(Math.ceil(soft + more), hard, Math.floor(inUnit(upTo, unit)));
}

function whyNot({ soft, hard }: Limits, { upTo = Infinity }: ActionOf<'raise-limit'>, unit: Unit): string {
  const text = (limit: number) => limitText(limit, unit);
  const most = inUnit(upTo, unit);
  if (soft === Infinity) return 'it is unlimited';
  if (soft === hard) return `${text(soft)} is the hard limit`;
  return soft >= most ? `${text(soft)} is not below up_to ${text(most)}` : `it stays at ${text(soft)}`;
}

function limitText(limit: number, unit: Unit): string {
  return formatQuantity(ofUnit(limit, unit), unit);
}
