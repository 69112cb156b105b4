import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bpfIdsOf, isLoaded } from '../support/bpf-ids.js';
import { Command } from '../../rig/programs/command.js';
import { Worker } from '../support/worker.js';

/** The fields that differ from run to run, made alike. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

describe('check_rlimit_passive events', () => {
  let worker: Worker;
  let command: Command | undefined;

  beforeEach(async () => {
    worker = await Worker.start(100);
  });

  afterEach(async () => {
    command?.signal('SIGKILL');
    await command?.finished();
    await worker.end();
  });

  const start = async (...levels: string[]) => {
    command = new Command(
      'events',
      '--pid',
      String(worker.pid),
      ...levels.flatMap((level) => ['--level', level]),
    );
    const started = command;
    await started.until(() => started.stdout.length > 0);
    return started;
  };
  const parsed = (lines: readonly string[]) =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  it('tells that it is ready, each crossing and the end, and ends with its process', async () => {
    const { count } = await worker.do('open 0');
    const events = await start('20', '50%');
    await worker.do(`open ${20 - count}`);
    await worker.do('open 30');
    await worker.do('close 1');
    await worker.end();
    const { status, stdout, stderr } = await events.finished();

    expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
    const of = { pid: worker.pid, resource: 'nofile', limit: 100 };
    const time = expect.stringMatching(ISO_TIME);
    expect(parsed(stdout)).toEqual([
      { type: 'ready', attach: 'tracepoint', name: 'fd-worker', value: count, ...of },
      { type: 'level', level: 20, direction: 'up', value: 20, time, ...of },
      { type: 'level', level: 50, share: '50%', direction: 'up', value: 50, time, ...of },
      { type: 'level', level: 50, share: '50%', direction: 'down', value: 49, time, ...of },
      { type: 'process-ended', pid: worker.pid, time },
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with status 0 at %s', async (signal) => {
    const events = await start('20');
    events.signal(signal);
    expect((await events.finished()).status).toBe(0);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves nothing in the kernel at %s', async (signal) => {
    const events = await start('20');
    const mine = bpfIdsOf(events.pid);
    expect(mine.length).toBeGreaterThan(5);
    events.signal(signal);
    await events.finished();
    // The kernel frees programs and maps a moment later, when nobody can be running them.
    let left = mine;
    while (left.length > 0) left = left.filter(isLoaded);
  });
});
