import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bpfIdsOf } from '../support/bpf-ids.js';
import { AgentFolder, NOWHERE } from '../support/agent-config.js';
import { Command } from '../../rig/programs/command.js';
import { untilOutboxes } from '../support/folder-changes.js';
import { Worker } from '../support/worker.js';

const READ_AGAIN = 'check_rlimit_passive: the configuration was read again';

describe('at SIGHUP', () => {
  let folder: AgentFolder;
  let worker: Worker;
  let agent: Command;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
    folder.write({ before: { pid: worker.pid, keys: 'warning: 50' } });
    agent = new Command('-c', folder.config, '--dry-run');
    await agent.until(() => agent.stdout.length === 1);
  });

  afterEach(async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    await worker.end();
    folder.remove();
  });

  /** Every result so far: which service, and its return code. */
  const results = () => agent.stdout.map((line) => line.split('\t').slice(1, 3).join(' '));
  const reload = async () => {
    const { length } = agent.stderr;
    agent.signal('SIGHUP');
    await agent.until(() => agent.stderr.length > length);
  };

  it('the agent watches what the file says now', async () => {
    folder.write({ after: { pid: worker.pid, keys: 'warning: 30, critical: 70' } });
    await reload();
    await agent.until(() => agent.stdout.length === 2);
    // 51 is nothing to the new service, and was a level of the old one.
    for (const count of [31, 51, 71]) {
      const { count: now } = await worker.do('open 0');
      await worker.do(`open ${count - now}`);
      await agent.until(() => agent.stdout.length > (count === 31 ? 2 : count === 51 ? 2 : 3));
    }
    expect(results()).toEqual(['before 0', 'after 0', 'after 1', 'after 2']);
    expect(agent.stderr).toEqual([READ_AGAIN]);
  });

  it.each([
    ['is not YAML', () => 'services: [', ':1:12: '],
    ['has a mistake', () => 'services:\n  - servise: x\n', ':2:5: services[0]: unknown key "servise"'],
    [
      'selects a process that is not there',
      () => 'services:\n  - { service: x, process: { pid: 4194303 }, resource: nofile, warning: 5 }\n',
      'there is no process 4194303',
    ],
  ])('a file that %s keeps the old configuration, and says why', async (_what, text, why) => {
    writeFileSync(folder.config, text());
    // Once this is told, it has looked at what the worker holds, for which it has a program as well, and looks no more.
    await worker.do('open 60');
    await agent.until(() => agent.stdout.length === 2);
    await reload();
    const before = bpfIdsOf(agent.pid).length;
    await reload();
    expect(agent.stderr).toEqual([expect.stringContaining(why), expect.stringContaining(why)]);
    expect(agent.stderr[0]).toMatch(/^check_rlimit_passive: the configuration stays as it was: /);
    expect(bpfIdsOf(agent.pid)).toHaveLength(before);
    await worker.do('close 60');
    await agent.until(() => agent.stdout.length === 3);
    expect(results()).toEqual(['before 0', 'before 1', 'before 0']);
  });

  it('a pipe, which it was read from, is not waited for, and is told', async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    const text = readFileSync(folder.config, 'utf8');
    const fifo = `${folder.config}.fifo`;
    execFileSync('mkfifo', [fifo]);
    agent = new Command('-c', fifo, '--dry-run');
    await writeFile(fifo, text);
    await agent.until(() => agent.stdout.length === 1);
    await reload();
    expect(agent.stderr).toEqual([
      `check_rlimit_passive: the configuration stays as it was: ${fifo}: is no file, and can be read once; name a file`,
    ]);
    await worker.do('open 60');
    await agent.until(() => agent.stdout.length === 2);
    expect(results()).toEqual(['before 0', 'before 1']);
  });

  it('what is held is held on, also in a file in which another service is another', async () => {
    const keys = 'warning: 50, critical: 80, hold: 1h, on_critical: [{ signal: SIGUSR1, at_most: 1 per 1h }]';
    folder.write({ before: { pid: worker.pid, keys } });
    await reload();
    await agent.until(() => agent.stdout.length === 2);
    const { count } = await worker.do('open 0');
    await worker.do(`open ${81 - count}`);
    // Both changes, and what would have been done.
    await agent.until(() => agent.stdout.length === 5);
    expect(agent.stdout[4]).toContain('would send SIGUSR1');
    await worker.do(`close ${81 - count}`);
    await reload();
    await agent.until(() => agent.stdout.length === 6);
    expect(agent.stdout[5]).toMatch(/FDS CRITICAL .*, held /);
    // A file in which another service is another.
    const other = { pid: worker.pid, keys: 'warning: 90' };
    folder.write({ other, before: { pid: worker.pid, keys } });
    await reload();
    await agent.until(() => agent.stdout.length === 8);
    expect(results().slice(4).toSorted()).toEqual(['before 2', 'before 2', 'before 2', 'other 0']);
    agent.signal('SIGTERM');
    expect((await agent.finished()).stdout).toHaveLength(8);
  });

  it('a child that is watched is watched on, though its parent has ended and it looks like no other', async () => {
    const name = `parent-${process.pid}`;
    const script = join(folder.path, name);
    writeFileSync(script, '#!/bin/sh\nsleep 1000 &\necho $!\nread line\n', { mode: 0o755 });
    const parent = spawn(script);
    const [child] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    try {
      writeFileSync(
        folder.config,
        `services:\n  - { service: of_parent, process: { command: ${name} }, resource: nofile, warning: 2, hold: 1h }\n`,
      );
      await reload();
      await agent.until(() => agent.stdout.length === 2);
      parent.stdin.end('\n');
      await once(parent, 'exit');
      for (const count of [3, 4]) {
        await reload();
        await agent.until(() => agent.stdout.length === count);
      }
      expect(results()).toEqual(['before 0', 'of_parent 1', 'of_parent 1', 'of_parent 1']);
      expect(agent.stdout[3]).toContain(`FDS WARNING - sleep[${child}] has `);
    } finally {
      process.kill(Number(child), 'SIGKILL');
    }
    // It ends as any other does.
    await agent.until(() => results().at(-1) === 'of_parent 3');
  });

  it('what a service may do so often, it may not do more often for having been read again', async () => {
    const keys = 'warning: 50, critical: 80, on_warning: [{ signal: SIGUSR1, at_most: 1 per 1h }]';
    folder.write({ before: { pid: worker.pid, keys } });
    await reload();
    await agent.until(() => agent.stdout.length === 2);
    const would = () => agent.stdout.filter((line) => line.includes('would send')).length;
    const { count } = await worker.do('open 0');
    for (const round of [0, 1]) {
      await worker.do(`open ${51 - count}`);
      await agent.until(() => results().at(-1) === 'before 1' && agent.stdout.length >= 4 + 4 * round);
      await worker.do(`close ${51 - count}`);
      await agent.until(() => results().at(-1) === 'before 0');
      await reload();
      await agent.until(() => agent.stdout.length >= 6 + 4 * round);
    }
    expect(would()).toBe(1);
    expect(agent.stdout.some((line) => line.includes('did not send SIGUSR1'))).toBe(true);
  });

  it('what is being done about a state goes on, and what has come of it is told', async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    const wait = `run: [/bin/sh, -c, 'while [ -d "$0" ] && ! [ -e "$0/end" ]; do sleep 0.02; done', ${folder.path}]`;
    const keys = `critical: 80, on_critical: [{ ${wait} }, { raise_limit: 50% }]`;
    const state = join(folder.path, 'state');
    folder.write(
      { before: { pid: worker.pid, keys } },
      `state_directory: ${state}\nstatus_socket: ${folder.socket}\n${NOWHERE}`,
    );
    agent = new Command('-c', folder.config);
    await agent.until(() => agent.stderr.some((line) => line.includes('next try')));
    await worker.do('open 85');
    await untilOutboxes(state, (text) => text.includes('"state":"CRITICAL"'));
    agent.signal('SIGHUP');
    await agent.until(() => agent.stderr.includes(READ_AGAIN));
    writeFileSync(join(folder.path, 'end'), '');
    await untilOutboxes(state, (text) => text.includes('"cause":"detail"'));
    const told = readdirSync(state).map((name) => readFileSync(join(state, name), 'utf8'));
    expect(told.join('')).toContain('"ran /bin/sh","soft limit not raised: 100 is the hard limit"');
  });

  it('again and again, nothing is left of the agents before', async () => {
    await reload();
    const held = () => ({
      bpf: bpfIdsOf(agent.pid).length,
      descriptors: readdirSync(`/proc/${agent.pid}/fd`).length,
    });
    const before = held();
    for (let times = 0; times < 10; times++) await reload();
    expect(held()).toEqual(before);
    agent.signal('SIGTERM');
    expect((await agent.finished()).status).toBe(0);
  });

  it('and SIGTERM right behind it, it ends', async () => {
    agent.signal('SIGHUP');
    agent.signal('SIGTERM');
    expect((await agent.finished()).status).toBe(0);
  });
});
