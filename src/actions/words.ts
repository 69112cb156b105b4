import { formatQuantity, RESOURCES } from '../resources/index.js';
import { durationName } from '../text/index.js';
import type { Action, ActionEvent, Frequency } from './action.js';

/** What an action is about to do, behind "would" or "could not". */
export function intention(action: Action, event: ActionEvent): string {
  switch (action.kind) {
    case 'signal':
      return `send ${action.signal} to ${processName(event)}`;
    case 'raise-limit': {
      const text = (value: number) => formatQuantity(value, RESOURCES[event.resource].unit);
      const by = action.by.kind === 'share' ? `${action.by.percent}%` : text(action.by.value);
      const upTo = action.upTo === undefined ? '' : `, up to ${text(action.upTo)}`;
      return `raise the soft limit of ${processName(event)} by ${by}${upTo}`;
    }
    case 'restart-unit':
      return `restart ${action.unit}`;
    case 'run':
      return `run ${action.argv.join(' ')}`;
  }
}

/** `broker[4711]` */
export function processName({ process }: ActionEvent): string {
  return process ? `${process.name || 'process'}[${process.pid}]` : 'no process';
}

/** `3 per 10m`, as in the configuration file */
export function frequencyName({ count, per }: Frequency): string {
  return `${count} per ${durationName(per)}`;
}
