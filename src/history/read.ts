import { codeOf, readWithoutWaiting } from '../files/index.js';
import { printable } from '../text/index.js';
import type { KeptHistory, ServiceHistory } from './crossing.js';
import { decodeHistory } from './format.js';

/** There is no history to be shown. The message is one line that says what to do. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT:
    'is not there: no agent has kept a history there; name its configuration file with -c, or wait until a service has a state',
  EACCES: 'may be read by root and by the user of the agent only; run this as one of them',
};

/** @throws HistoryError */
export function readHistory(path: string): ServiceHistory[] {
  let text: string;
  try {
    text = readWithoutWaiting(path);
  } catch (error) {
    const code = codeOf(error);
    // Of node --permission it is told by who knows its flags.
    if (code === 'ERR_ACCESS_DENIED') throw error;
    throw new HistoryError(printable(`${path} ${reasons[code] ?? `cannot be read (${code})`}`));
  }
  const history = decodeHistory(text);
  if (history) return history.services.map(withoutArrivals);
  throw new HistoryError(
    printable(
      `${path} is not a history that this version can read, or damaged; the agent begins a new one at its next start`,
    ),
  );
}

/** The order in which they came is not told. */
const withoutArrivals = ({ crossings, ...service }: KeptHistory): ServiceHistory => ({
  ...service,
  crossings: crossings.map((crossing) => ({ ...crossing, arrival: undefined })),
});
