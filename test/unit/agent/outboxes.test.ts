/** The outboxes of an agent, each by the name of its destination. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { outboxesIn } from '../../../src/agent/outboxes.js';
import { StateDirectory } from '../../../src/agent/state-directory.js';
import { fdsResult } from '../../support/fds-result.js';
import { result } from '../delivery/fake-destination.js';
import { RecordingDestination } from './recording-destination.js';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'outboxes-'));
});

afterEach(() => {
  rmSync(path, { recursive: true });
});

const nscaNg = (count: number) =>
  Array.from({ length: count }, (_, server) => `${'i'.repeat(34)}@${server}${'s'.repeat(36)}:5668`);

/** What an agent after another one delivers, where nobody was there when the first had results. */
async function afterRestart(names: readonly string[]): Promise<readonly string[][]> {
  const logged: string[] = [];
  const log = (_level: string, message: string) => logged.push(message);
  const start = (isReachable: boolean) => {
    const directory = new StateDirectory(path, log);
    const destinations = names.map((name) =>
      Object.assign(new RecordingDestination(), { name, isReachable }),
    );
    const outboxes = outboxesIn(directory, destinations, { log });
    const stop = async () => {
      await Promise.all(outboxes.map(({ outbox }) => outbox.stop()));
      directory.release();
    };
    return { destinations, outboxes, stop };
  };
  const first = start(false);
  for (const [index, { outbox }] of first.outboxes.entries()) outbox.push(result(index));
  await first.stop();
  expect(logged).toEqual([]);
  const second = start(true);
  const outputs = await Promise.all(second.destinations.map((destination) => destination.outputs(1)));
  await second.stop();
  return outputs;
}

it.each([
  ['short', ['nsca mon1:5667', 'nsca mon2:5667']],
  ['the same', ['dry run', 'dry run', 'dry run']],
  ['no text, since YAML can write half a letter', ['program /bin/\ud800', 'program /bin/x']],
  ['as long as a name of a file can be', ['x'.repeat(246), 'y'.repeat(247), 'x'.repeat(300)]],
  ['alike but for their ends', [`nsca-ng ${nscaNg(3).join(', ')}`, `nsca-ng ${nscaNg(4).join(', ')}`]],
  ['long and the same', ['x'.repeat(246), 'x'.repeat(246), 'é'.repeat(80), 'é'.repeat(80)]],
])('outlive the agent, where their names are %s', async (_, names) => {
  expect(await afterRestart(names)).toEqual(
    names.map((_name, index) => [expect.stringMatching(`^${index}`)]),
  );
  // What was delivered is nowhere any more.
  expect(readdirSync(path)).toEqual([]);
});

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
