import { once, EventEmitter } from 'node:events';
import {
  receive,
  type NscaReceiver,
  type ReceiverEvent,
  type ReceiverOptions,
} from '../../../src/nsca-client/index.js';

/** A receiver on a free port of the loopback, and what it has told so far. */
export interface Receiving extends NscaReceiver {
  readonly events: ReceiverEvent[];
  /** Waits until so many events have come. */
  count(events: number): Promise<ReceiverEvent[]>;
}

export async function receiving(options: ReceiverOptions): Promise<Receiving> {
  const events: ReceiverEvent[] = [];
  const told = new EventEmitter();
  const receiver = await receive({ port: 0, ...options }, (event) => {
    events.push(event);
    told.emit('event');
  });
  return {
    ...receiver,
    events,
    async count(wanted) {
      const signal = AbortSignal.timeout(10_000);
      while (events.length < wanted) await once(told, 'event', { signal });
      return events;
    },
  };
}
