import { describe, expect, it } from '@jest/globals';
import { Actions, type Action, type ActionEvent } from '../../../src/actions/index.js';
import { event, none } from './event.js';

const dry = (action: Action) =>
  new Actions({
    actions: { ...none, critical: [action] },
    stillWatched: () => {
      throw new Error('asked in a dry run');
    },
    dryRun: true,
  });

describe('a dry run', () => {
  it.each<[Action, string]>([
    [{ kind: 'signal', signal: 'SIGUSR1' }, 'would send SIGUSR1 to broker[4711]'],
    [
      { kind: 'raise-limit', by: { kind: 'share', percent: 50 }, upTo: 4096 },
      'would raise the soft limit of broker[4711] by 50%, up to 4096',
    ],
    [
      { kind: 'raise-limit', by: { kind: 'value', value: 100 } },
      'would raise the soft limit of broker[4711] by 100',
    ],
    [{ kind: 'restart-unit', unit: 'broker.service' }, 'would restart broker.service'],
    [{ kind: 'run', argv: ['/bin/false', '--now'] }, 'would run /bin/false --now'],
  ])('tells of %j', async (action, told) => {
    expect(await dry(action).perform(event)).toEqual([told]);
  });

  it('tells what is safe to print', async () => {
    const named = { ...event, process: { pid: 1, name: 'a|b\n\\n', value: 1, limit: 1 } };
    expect(await dry({ kind: 'signal', signal: 'SIGHUP' }).perform(named)).toEqual([
      'would send SIGHUP to a?b??n[1]',
    ]);
  });
});

describe('the actions of a state', () => {
  it('are done in that state only, in their order', async () => {
    const signal = (name: NodeJS.Signals): Action => ({ kind: 'signal', signal: name });
    const actions = new Actions({
      actions: {
        warning: [signal('SIGUSR1')],
        critical: [signal('SIGUSR2'), signal('SIGTERM')],
        ok: [signal('SIGCONT')],
      },
      stillWatched: () => true,
      dryRun: true,
    });
    const told = async (state: 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN') =>
      (await actions.perform({ ...event, state })).map((line) => /SIG\w+/.exec(line)?.[0]);
    expect(await told('WARNING')).toEqual(['SIGUSR1']);
    expect(await told('CRITICAL')).toEqual(['SIGUSR2', 'SIGTERM']);
    expect(await told('OK')).toEqual(['SIGCONT']);
    expect(await told('UNKNOWN')).toEqual([]);
    expect(['OK', 'UNKNOWN'].map((state) => actions.has(state as 'OK'))).toEqual([true, false]);
  });

  it('need a process, if they are about one', async () => {
    const without = Object.fromEntries(
      Object.entries(event).filter(([name]) => name !== 'process'),
    ) as unknown as ActionEvent;
    const actions = new Actions({
      actions: { ...none, critical: [{ kind: 'signal', signal: 'SIGUSR1' }] },
      stillWatched: () => true,
    });
    expect(await actions.perform(without)).toEqual(['nothing done: there is no process']);
  });
});

describe('an action with at_most', () => {
  const atMost = { count: 3, per: 600_000 };
  let now = 0;
  const actions = new Actions({
    actions: { ...none, critical: [{ kind: 'signal', signal: 'SIGUSR1', atMost }] },
    stillWatched: () => true,
    dryRun: true,
    now: () => now,
  });
  const done = 'would send SIGUSR1 to broker[4711]';
  const refused = 'did not send SIGUSR1 to broker[4711]: 3 per 10m used up';

  it('is done so often within the time, and says once that it is not', async () => {
    const told = [];
    for (now of [0, 1, 300_000, 300_001, 400_000, 599_999, 600_000, 600_001, 600_002, 900_000])
      told.push(...(await actions.perform(event)));
    expect(told).toEqual([done, done, done, refused, done, done, refused, done]);
  });
});
