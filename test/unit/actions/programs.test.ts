import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Actions, type Action } from '../../../src/actions/index.js';
import { seconds } from '../../support/where.js';
import { event, none } from './event.js';

jest.setTimeout(seconds(20));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actions-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const bounds = { time: seconds(10), grace: seconds(10) };
const actionsOf = (action: Action, limits = bounds) =>
  new Actions({ actions: { ...none, critical: [action] }, stillWatched: () => true, bounds: limits });
const run = (...argv: [string, ...string[]]): Action => ({ kind: 'run', argv });
const sh = (script: string) => run('/bin/sh', '-c', script, 'sh', folder);

describe('a program', () => {
  it('gets the event in its environment, and its parameters as they are', async () => {
    const outcome = await actionsOf(
      run('/bin/sh', '-c', 'env -0 > "$1"/env; printf %s "$2" > "$1"/parameter', 'sh', folder, '$(id) "a" *'),
    ).perform(event);
    expect(outcome).toEqual(['ran /bin/sh']);
    const environment = readFileSync(join(folder, 'env'), 'utf8').split('\0');
    expect(environment.filter((line) => line.startsWith('RLIMIT_')).sort()).toEqual([
      'RLIMIT_HOST=gw01',
      'RLIMIT_LIMIT=1024',
      'RLIMIT_NAME=broker',
      `RLIMIT_OUTPUT=${event.output}`,
      'RLIMIT_PID=4711',
      'RLIMIT_PREVIOUS_STATE=WARNING',
      'RLIMIT_RESOURCE=nofile',
      'RLIMIT_SERVICE=Broker descriptors',
      'RLIMIT_STATE=CRITICAL',
      'RLIMIT_VALUE=900',
    ]);
    expect(readFileSync(join(folder, 'parameter'), 'utf8')).toBe('$(id) "a" *');
  });

  it('sees nothing of what the agent alone is told', async () => {
    const secrets = {
      NOTIFY_SOCKET: '/run/notify',
      WATCHDOG_USEC: '1',
      CREDENTIALS_DIRECTORY: '/run/credentials',
      NODE_OPTIONS: '--no-warnings',
      PASSWORD: 'secret',
    };
    Object.assign(process.env, secrets);
    try {
      await actionsOf(sh('env > "$1"/env')).perform(event);
    } finally {
      for (const name of Object.keys(secrets)) Reflect.deleteProperty(process.env, name);
    }
    const environment = readFileSync(join(folder, 'env'), 'utf8');
    expect(environment).toMatch(/^PATH=/m);
    for (const name of Object.keys(secrets)) expect(environment).not.toContain(name);
  });

  it('has an empty standard input, and a group of its own', async () => {
    const script = 'cat; [ "$(cut -d " " -f 5 /proc/$$/stat)" = $$ ] && echo leads';
    expect(await actionsOf(sh(script)).perform(event)).toEqual(['ran /bin/sh: leads']);
  });

  it.each([
    ['echo; echo  done; echo more', 'ran /bin/sh: done'],
    ['echo wrong >&2; exit 3', 'ran /bin/sh: exit code 3: wrong'],
    ['kill -KILL $$', 'ran /bin/sh: killed by SIGKILL'],
    ['printf "a|b\\\\c\\033"', 'ran /bin/sh: a?b?c?'],
    ['yes | head -c 1000000', 'ran /bin/sh: y'],
  ])('is told of by how it ended and its first line: %s', async (script, told) => {
    expect(await actionsOf(sh(script)).perform(event)).toEqual([told]);
  });

  it('that is not there is told of', async () => {
    expect(await actionsOf(run('/nonexistent/program', 'x')).perform(event)).toEqual([
      'could not run /nonexistent/program x: there is no such program',
    ]);
    expect(await actionsOf(run('/nonexistent/program x')).perform(event)).toEqual([
      expect.stringMatching(
        /: there is no such program; write .* such as run: \[\/nonexistent\/program, x\]$/,
      ),
    ]);
    writeFileSync(join(folder, 'file'), '');
    expect(await actionsOf(run(join(folder, 'file'))).perform(event)).toEqual([
      `could not run ${folder}/file: it may not be executed`,
    ]);
  });

  it('that takes too long is stopped with all that it started', async () => {
    await actionsOf(sh('mkfifo "$1"/fifo')).perform(event);
    // It ends when nobody has it open for writing any more: when the sleep is dead.
    const end = readFile(join(folder, 'fifo'), 'utf8');
    const script = 'trap "" TERM; echo begun; sleep 1000 > "$1"/fifo & wait; wait';
    const outcome = await actionsOf(sh(script), { time: 500, grace: 100 }).perform(event);
    expect(outcome).toEqual(['ran /bin/sh: stopped after 500ms: begun']);
    expect(await end).toBe('');
  });

  it('that leaves something running is not waited for', async () => {
    const outcome = await actionsOf(sh('sleep 1000 & echo $!')).perform(event);
    const [, pid] = /^ran \/bin\/sh: (\d+)$/.exec(outcome[0] ?? '') ?? [];
    process.kill(Number(pid), 'SIGKILL');
  });

  it('is not started again while it runs', async () => {
    const actions = actionsOf(sh('read line < "$1"/fifo; echo "$line"'));
    await actionsOf(sh('mkfifo "$1"/fifo')).perform(event);
    const first = actions.perform(event);
    expect(await actions.perform(event)).toEqual([
      expect.stringMatching(/^did not run .*: it still goes on from before$/),
    ]);
    // It is opened when somebody reads.
    await writeFile(join(folder, 'fifo'), 'over\n');
    expect(await first).toEqual(['ran /bin/sh: over']);
    await expect(Promise.all([actionsOf(sh('echo again')).perform(event)])).resolves.toEqual([
      ['ran /bin/sh: again'],
    ]);
  });
});

describe('a unit', () => {
  let path: string | undefined;

  beforeEach(() => {
    path = process.env['PATH'];
  });

  afterEach(() => {
    process.env['PATH'] = path;
  });

  const systemctl = (script: string) => {
    writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env['PATH'] = `${folder}:${path ?? ''}`;
  };
  const restart: Action = { kind: 'restart-unit', unit: 'broker.service' };

  it('is restarted by systemctl', async () => {
    systemctl(`printf '%s\\n' "$@" > ${folder}/argv`);
    expect(await actionsOf(restart).perform(event)).toEqual(['restarted broker.service']);
    expect(readFileSync(join(folder, 'argv'), 'utf8')).toBe(
      '--no-ask-password\nrestart\n--\nbroker.service\n',
    );
  });

  it('that systemctl refuses is told of', async () => {
    systemctl('echo "Failed to restart broker.service: Unit broker.service not found." >&2; exit 5');
    expect(await actionsOf(restart).perform(event)).toEqual([
      'could not restart broker.service: exit code 5: Failed to restart broker.service: Unit broker.service not found.',
    ]);
  });

  it('that may not be restarted is told of with what is missing', async () => {
    systemctl('echo "Failed to restart broker.service: Interactive authentication required." >&2; exit 1');
    expect(await actionsOf(restart).perform(event)).toEqual([
      expect.stringContaining('needs a polkit rule that lets the user of the agent manage units'),
    ]);
  });

  it('that takes long is not waited for', async () => {
    systemctl('exec sleep 1000');
    expect(await actionsOf(restart, { time: 200, grace: 100 }).perform(event)).toEqual([
      'restart of broker.service takes longer than 200ms',
    ]);
  });

  it('cannot be restarted without systemctl', async () => {
    process.env['PATH'] = folder;
    expect(await actionsOf(restart).perform(event)).toEqual([
      'could not restart broker.service: there is no such program',
    ]);
  });
});
