import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../../rig/programs/command.js';
import { AgentFolder } from '../support/agent-config.js';
import { CWorker } from '../support/c-worker.js';
import { Cgroups } from '../support/cgroups.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(25));

describe('an agent that gets no descriptor any more', () => {
  let folder: AgentFolder;
  let cgroups: Cgroups;
  let worker: CWorker;
  let agent: Program;

  beforeEach(async () => {
    folder = new AgentFolder();
    cgroups = new Cgroups();
    for (const name of ['outer', 'outer/inner']) cgroups.make(name);
    worker = await CWorker.start('child');
  });

  afterEach(async () => {
    await folder.end();
    await worker.end();
    cgroups.removeAll();
  });

  const start = async (services: Readonly<Record<string, string>>) => {
    const lines = Object.entries(services).map(
      ([name, selector]) =>
        `  - { service: ${name}, process: { ${selector} }, resource: nofile, warning: 20, absent: warning }\n`,
    );
    writeFileSync(folder.config, `host: gw01\nheartbeat: off\nservices:\n${lines.join('')}`);
    agent = folder.start(['--dry-run']);
    await agent.until(() => agent.stdout.length === lines.length);
  };
  const setLimit = (soft: number) =>
    execFileSync('prlimit', ['--pid', String(agent.pid), `--nofile=${soft}:`]);
  /** As a leak of others that has filled the table of the machine. */
  const withoutDescriptors = () => setLimit(3);
  const withDescriptors = () => setLimit(1024);
  const outputs = () => agent.stdout.map((line) => line.split('\t').slice(1).join(' ').split('\\n')[0] ?? '');
  const says = (start: string, rest: string) =>
    agent.until(() => outputs().some((line) => line.startsWith(start) && line.includes(rest)));
  const warns = (words: string) => agent.until(() => agent.stderr.some((line) => line.includes(words)));
  const endsWell = async () => {
    agent.signal('SIGTERM');
    expect((await agent.finished()).status).toBe(0);
  };

  it('tells of who comes into groups that nobody was in together', async () => {
    await start({ outer: `cgroup: ${cgroups.path}/outer`, inner: `cgroup: ${cgroups.path}/outer/inner` });
    withoutDescriptors();
    cgroups.move(worker.pid, 'outer/inner');
    await worker.ask('open 60');
    for (const name of ['outer', 'inner']) await says(`${name} 1 FDS WARNING`, `child[${worker.pid}]`);
    withDescriptors();
    await worker.ask('close 60');
    const ofNow = (name: string) => outputs().findLast((line) => line.startsWith(name));
    for (const name of ['outer', 'inner'])
      await agent.until(() => ofNow(name)?.startsWith(`${name} 0 FDS OK`) ?? false);
    await endsWell();
  });

  it('makes up for the looks that it could not have, and says so', async () => {
    await start({ outer: `cgroup: ${cgroups.path}/outer` });
    // With the descriptor table of its parent, of which it is not known that they have it together.
    await worker.ask('files');
    withoutDescriptors();
    cgroups.move(worker.pid, 'outer');
    await warns('a look could not be had 1 times, since no descriptor or memory was free');
    await says('outer 0 FDS OK', `child[${worker.pid}]`);
    await worker.ask('child open 60');
    withDescriptors();
    await says('outer 1 FDS WARNING', `child[${worker.pid}]`);
    await worker.ask('kill');
    await endsWell();
  });

  it('reads a file that was written meanwhile', async () => {
    const path = join(folder.path, 'pid');
    await start({ one: `pidfile: ${path}` });
    withoutDescriptors();
    writeFileSync(path, String(worker.pid));
    await warns(`${path} cannot be read: EMFILE: too many open files`);
    await says('one 3 FDS UNKNOWN', 'cannot be read: EMFILE');
    withDescriptors();
    await says('one 0 FDS OK', `child[${worker.pid}]`);
    await endsWell();
  });
});
