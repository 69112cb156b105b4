import { constants } from 'node:os';
import { pidfdSendSignal } from '../ffi/index.js';
import type { ActionEvent, ActionOf } from './action.js';
import { withWatchedProcess, type StillWatched } from './watched-process.js';
import { processName } from './words.js';

/** @throws SystemError EPERM: it is another user's, and CAP_KILL is missing */
export function sendSignal(
  { signal }: ActionOf<'signal'>,
  event: ActionEvent & Required<Pick<ActionEvent, 'process'>>,
  stillWatched: StillWatched,
): string {
  const sent = withWatchedProcess(event.process.pid, stillWatched, (pidfd) => {
    pidfdSendSignal(pidfd, constants.signals[signal]);
    return true;
  });
  return sent
    ? `sent ${signal} to ${processName(event)}`
    : `${signal} not sent: ${processName(event)} has ended`;
}
