import { setImmediate as nextTurn } from 'node:timers/promises';

/** What was pushed in this turn of the event loop is written by then, or waits for a connection. */
export async function afterSending(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
