import { expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { outboxesIn } from '../../../src/agent/outboxes.js';
import { fdsResult } from '../../support/fds-result.js';
import { RecordingDestination } from './recording-destination.js';

it('says what is lost of a destination that is not in the configuration any more', async () => {
  const logged: string[] = [];
  const log = (level: string, message: string) => logged.push(`${level}: ${message}`);
  const place = { isOurs: new Promise<boolean>(() => undefined) };
  const directory = { path: '/nonexistent/state', place };
  const destination = Object.assign(new RecordingDestination(), { isReachable: false });
  const [first] = outboxesIn(directory, [destination], { log });
  first?.outbox.push(fdsResult('fds', 'WARNING'));
  await destination.outputs(1);
  await nextTurn();
  logged.length = 0;
  await first?.outbox.stop();
  const second = outboxesIn(directory, [destination], { log }, first && [first]);
  expect(logged).toEqual([]);
  for (const { outbox } of second) await outbox.stop();
  outboxesIn(directory, [], { log }, second);
  expect(logged).toEqual([
    'warning: recording: is not in the configuration any more: what waits is lost, since it could not be written',
  ]);
});
