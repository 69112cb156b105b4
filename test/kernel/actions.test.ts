import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Actions, type Action, type ActionEvent } from '../../src/actions/index.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(20));

let recorder: Recorder;
let sleeper: ChildProcess;

beforeEach(async () => {
  recorder = new Recorder();
  sleeper = spawn('prlimit', ['--nofile=1024:4096', 'sleep', '1000']);
  await once(sleeper, 'spawn');
  // It has its limits once it is sleep.
  while (readFileSync(`/proc/${pid()}/comm`, 'utf8') !== 'sleep\n')
    await new Promise((resolve) => setImmediate(resolve));
});

afterEach(async () => {
  recorder.descriptor.close();
  if (sleeper.exitCode === null && sleeper.signalCode === null) {
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
  }
});

const pid = () => sleeper.pid ?? 0;

/** As the agent asks: the table in the kernel. */
const stillWatched = (asked: number) => recorder.descriptor.isWatched(asked, 'nofile');

const actionsOf = (action: Action) =>
  new Actions({ actions: { warning: [], critical: [action], ok: [] }, stillWatched });

const event = (): ActionEvent => ({
  host: 'gw01',
  service: 'Broker descriptors',
  state: 'CRITICAL',
  previousState: 'OK',
  resource: 'nofile',
  process: { pid: pid(), name: 'sleep', value: 900, limit: 1024 },
  output: '',
});

const perform = (action: Action) => actionsOf(action).perform(event());

describe('a signal', () => {
  const SIGTERM: Action = { kind: 'signal', signal: 'SIGTERM' };

  it('reaches the process that is watched for no level, and not one that is in no group any more', async () => {
    const group = recorder.group('always', []);
    group.add(pid());
    expect(recorder.descriptor.levelCount(pid(), 'nofile')).toBe(0);
    expect(await perform({ kind: 'signal', signal: 'SIGCONT' })).toEqual([`sent SIGCONT to sleep[${pid()}]`]);
    group.drop(pid());
    expect(await perform(SIGTERM)).toEqual([`SIGTERM not sent: sleep[${pid()}] has ended`]);
    expect(sleeper.signalCode).toBeNull();
  });

  it('reaches the process that is watched', async () => {
    recorder.watch(pid(), 900);
    const exit = once(sleeper, 'exit');
    expect(await perform(SIGTERM)).toEqual([`sent SIGTERM to sleep[${pid()}]`]);
    expect(await exit).toEqual([null, 'SIGTERM']);
  });

  it('does not reach a process that is not watched, such as one with the number of another', async () => {
    expect(await perform(SIGTERM)).toEqual([`SIGTERM not sent: sleep[${pid()}] has ended`]);
    expect(sleeper.signalCode).toBeNull();
    process.kill(pid(), 0);
  });

  it('finds that the process has ended', async () => {
    recorder.watch(pid(), 900);
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
    expect(await perform(SIGTERM)).toEqual([`SIGTERM not sent: sleep[${pid()}] has ended`]);
  });
});

describe('a limit', () => {
  const limits = () => {
    const [, soft, hard] =
      /^Max open files\s+(\S+)\s+(\S+)/m.exec(readFileSync(`/proc/${pid()}/limits`, 'utf8')) ?? [];
    return [Number(soft), Number(hard)];
  };
  const by = (percent: number, upTo?: number): Action => ({
    kind: 'raise-limit',
    by: { kind: 'share', percent },
    ...(upTo !== undefined && { upTo }),
  });

  it('is raised by a share of itself', async () => {
    recorder.watch(pid(), 900);
    expect(await perform(by(50))).toEqual(['soft limit raised from 1024 to 1536 (hard 4096)']);
    expect(limits()).toEqual([1536, 4096]);
    expect(await perform(by(50))).toEqual(['soft limit raised from 1536 to 2304 (hard 4096)']);
  });

  it('is raised by so many', async () => {
    recorder.watch(pid(), 900);
    await perform({ kind: 'raise-limit', by: { kind: 'value', value: 10 } });
    expect(limits()).toEqual([1034, 4096]);
  });

  it('is never raised past the hard limit', async () => {
    recorder.watch(pid(), 900);
    expect(await perform(by(1000))).toEqual(['soft limit raised from 1024 to 4096 (hard 4096)']);
    expect(await perform(by(50))).toEqual(['soft limit not raised: 4096 is the hard limit']);
    expect(limits()).toEqual([4096, 4096]);
  });

  it('is never raised past up_to, nor lowered to it', async () => {
    recorder.watch(pid(), 900);
    expect(await perform(by(50, 1200))).toEqual(['soft limit raised from 1024 to 1200 (hard 4096)']);
    expect(await perform(by(50, 1100))).toEqual(['soft limit not raised: 1200 is not below up_to 1100']);
    expect(limits()).toEqual([1200, 4096]);
  });

  it('is not raised of a process that is not watched', async () => {
    expect(await perform(by(50))).toEqual([`soft limit not raised: sleep[${pid()}] has ended`]);
    expect(limits()).toEqual([1024, 4096]);
  });

  it('that is raised is told by the descriptor', async () => {
    recorder.watch(pid(), 900);
    await perform(by(50));
    await recorder.until(() => recorder.of('limit-changed').length > 0);
    expect(recorder.of('limit-changed')).toEqual([
      expect.objectContaining({ pid: pid(), limit: 1536, oldLimit: 1024 }),
    ]);
  });
});

describe('an unprivileged agent', () => {
  const index = new URL('../../src/actions/index.js', import.meta.url).href;

  /** What an action of a process says that has these capabilities only. */
  const outcomes = (action: Action, capabilities: string): unknown => {
    const script = `import { Actions } from '${index}';
      const actions = new Actions({
        actions: { warning: [], critical: [${JSON.stringify(action)}], ok: [] },
        stillWatched: () => true,
      });
      console.log(JSON.stringify(await actions.perform(${JSON.stringify(event())})));`;
    const options = [
      `--inh-caps=${capabilities}`,
      ...(capabilities === '-all' ? [] : [`--ambient-caps=${capabilities}`]),
    ];
    return JSON.parse(
      execFileSync(
        'setpriv',
        [
          '--reuid=65534',
          '--clear-groups',
          ...options,
          process.execPath,
          '--input-type=module',
          '-e',
          script,
        ],
        { encoding: 'utf8' },
      ),
    );
  };

  it('says which capability is missing', () => {
    expect(outcomes({ kind: 'signal', signal: 'SIGTERM' }, '-all')).toEqual([
      `could not send SIGTERM to sleep[${pid()}]: needs CAP_KILL: add it to the unit with systemctl edit`,
    ]);
    expect(outcomes({ kind: 'raise-limit', by: { kind: 'value', value: 1 } }, '-all')).toEqual([
      `could not raise the soft limit of sleep[${pid()}] by 1: needs CAP_SYS_RESOURCE: add it to the unit with systemctl edit`,
    ]);
  });

  it('needs no more than that', async () => {
    const exit = once(sleeper, 'exit');
    expect(outcomes({ kind: 'signal', signal: 'SIGTERM' }, '+kill')).toEqual([
      `sent SIGTERM to sleep[${pid()}]`,
    ]);
    await exit;
  });

  it('does not give its capabilities to programs', () => {
    const shown = (capabilities: string) =>
      outcomes({ kind: 'run', argv: ['/bin/grep', 'CapEff', '/proc/self/status'] }, capabilities);
    expect(shown('+kill')).toEqual(['ran /bin/grep: CapEff:?0000000000000000']);
  });
});
