import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFolder } from '../support/agent-config.js';
import { untilSo } from '../support/folder-changes.js';
import { COMMAND, Program } from '../../rig/programs/command.js';
import { Worker } from '../support/worker.js';

const UTF8 = { LC_ALL: 'C.UTF-8' };

describe('check_rlimit_passive history', () => {
  let folder: AgentFolder;
  let worker: Worker;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
    const program = `destinations: [{ type: program, run: [/bin/true] }]\nstate_directory: ${folder.path}\n`;
    folder.write({ 'broker fds': { pid: worker.pid, keys: 'warning: 50, critical: 80%' } }, program);
  });

  afterEach(async () => {
    await folder.end();
    await worker.end();
  });

  const start = async () => {
    const agent = folder.start(['--verbose']);
    await agent.until(() => sentBy(agent) === 1);
    return agent;
  };
  const sentBy = (agent: Program) => agent.stderr.filter((line) => line.includes(': sent ')).length;
  const open = async (agent: Program, count: number) => {
    const before = sentBy(agent);
    const now = (await worker.do('open 0')).count;
    await worker.do(count > now ? `open ${count - now}` : `close ${now - count}`);
    await agent.until(() => sentBy(agent) > before);
  };
  const stop = async (agent: Program) => {
    agent.signal('SIGTERM');
    expect((await agent.finished()).status).toBe(0);
  };
  const history = (environment: NodeJS.ProcessEnv, ...parameters: string[]) =>
    new Program(COMMAND, ['history', ...parameters], { ...folder.environment, ...environment }).finished();

  it('shows what has happened, across a restart, with a sparkline', async () => {
    const first = await start();
    await open(first, 60);
    await open(first, 90);
    await stop(first);
    const second = await start();
    await open(second, 20);
    await stop(second);
    const { status, stdout, stderr } = await history(UTF8);
    expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
    const name = String.raw`\S+\[${worker.pid}\]`;
    expect(stdout).toEqual([
      expect.stringMatching(new RegExp(`^OK {8}broker fds, since ${time}$`)),
      expect.stringMatching(/^ {10}▁▆██▅ {2}\d+ to 81$/),
      expect.stringMatching(new RegExp(`^ {10}${time}  OK  +\\d of 100 +\\d%  ${name}$`)),
      ...[
        ['WARNING', 51],
        ['CRITICAL', 81],
        ['WARNING', 80],
        ['OK', 50],
      ].map(([state, value]) =>
        expect.stringMatching(new RegExp(`^ {10}${time}  ${state}  +${value} of 100 +${value}%  ${name}$`)),
      ),
    ]);
    for (const [environment, option] of [
      [{ LC_ALL: 'C' }, '-v'],
      [UTF8, '--ascii'],
    ] as const)
      expect((await history(environment, option)).stdout[1]).toMatch(/^ {10}_\+##= {2}/);
    const { stdout: json } = await history({}, '--json', '-c', folder.config);
    expect(JSON.parse(json.join())).toEqual({
      services: [
        {
          description: 'broker fds',
          resource: 'nofile',
          crossings: [
            expect.objectContaining({ state: 'OK' }),
            {
              time: expect.any(Number),
              state: 'WARNING',
              value: 51,
              limit: 100,
              pid: worker.pid,
              name: expect.any(String),
            },
            expect.objectContaining({ state: 'CRITICAL', value: 81 }),
            expect.objectContaining({ state: 'WARNING', value: 80 }),
            expect.objectContaining({ state: 'OK', value: 50 }),
          ],
        },
      ],
    });
  });

  it('is written while the agent runs, and outlives a kill', async () => {
    const agent = await start();
    await open(agent, 60);
    const file = join(folder.path, 'history.json');
    await untilSo(folder.path, () => existsSync(file) && readFileSync(file, 'utf8').includes('WARNING'));
    agent.signal('SIGKILL');
    await agent.finished();
    expect((await history(UTF8)).stdout[0]).toMatch(/^WARNING {3}broker fds/);
  });

  it('begins anew after a file that is damaged, with one line', async () => {
    const file = join(folder.path, 'history.json');
    writeFileSync(file, 'no history');
    const told = await history({});
    expect(told).toEqual({
      status: 3,
      stdout: [],
      stderr: [expect.stringContaining(`${file} is not a history that this version can read, or damaged; `)],
    });
    const agent = await start();
    expect(agent.stderr.filter((line) => line.includes('history'))).toEqual([
      `check_rlimit_passive: warning: ${file} is not a history, or damaged: it begins anew; moved to ${file}.bad`,
    ]);
    await stop(agent);
    expect((await history({})).status).toBe(0);
  });

  it('tells what is wrong in one line', async () => {
    expect(await history({})).toEqual({
      status: 3,
      stdout: [],
      stderr: [
        expect.stringMatching(/history\.json is not there: no agent has kept a history there; name its conf/),
      ],
    });
    await stop(await start());
    expect((await history({}, '--service', 'brker fds')).stderr).toEqual([
      expect.stringContaining('--service: there is no "brker fds" in '),
    ]);
    expect((await history({}, '--service', 'broker fds')).status).toBe(0);
  });

  it('has colours at a terminal only, and not if NO_COLOR is set', async () => {
    await stop(await start());
    const shown = async (environment: NodeJS.ProcessEnv) => {
      const line = `'${COMMAND}' history`;
      const program = new Program('script', ['-qec', line, '/dev/null'], {
        ...folder.environment,
        TERM: 'xterm',
        ...environment,
      });
      return (await program.finished()).stdout.join('\n');
    };
    expect(await shown({ NO_COLOR: '' })).toContain('\u001b[32mOK');
    expect(await shown({ NO_COLOR: '1' })).not.toContain('\u001b');
    expect((await history({ NO_COLOR: '' })).stdout.join()).not.toContain('\u001b');
  });
});
