import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeldFiles, type HeldWay } from '../../src/holdings/index.js';
import { bpfIdsOf } from '../support/bpf-ids.js';
import { CWorker } from '../support/c-worker.js';
import { emulated, kernelHasBtf, operations, seconds } from '../support/where.js';

jest.setTimeout(seconds(30));

let folder: string;
let held: HeldFiles;
const workers: CWorker[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'held-'));
});

afterEach(async () => {
  held.close();
  for (const worker of workers.splice(0)) await worker.end();
  rmSync(folder, { recursive: true });
});

const start = async () => {
  const worker = await CWorker.start('holder', { limit: 20_000 });
  workers.push(worker);
  return worker;
};

const gather = ({ pid }: { pid: number }) => {
  const found = held.gather(pid);
  if (!found) throw new Error('nothing was gathered');
  return found;
};

/** What it holds more than before, by group. */
const gained = async (worker: CWorker, ...commands: string[]) => {
  const before = new Map(gather(worker).groups.map(({ what, count }) => [what, count]));
  for (const command of commands) await worker.ask(command);
  return Object.fromEntries(
    gather(worker)
      .groups.map(({ what, count }) => [what, count - (before.get(what) ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  );
};

const ways: HeldWay[] = ['one-process', 'all-processes'];

const describeIterator = kernelHasBtf ? describe : describe.skip;

describeIterator.each(ways)('by the iterator over %s, what a process holds', (way) => {
  beforeEach(() => {
    held = new HeldFiles(way);
  });

  it('is as many descriptors as it has', async () => {
    const worker = await start();
    await worker.ask('eventfd 100');
    expect(gather(worker).total).toBe(readdirSync(`/proc/${worker.pid}/fd`).length);
  });

  it('are files, by their path', async () => {
    const worker = await start();
    mkdirSync(join(folder, 'a/b/c/d/e/f/g/h/i/j'), { recursive: true });
    const deep = `${folder}/a/b/c/d/e/f/g/h/i/j/${'x'.repeat(30)}`;
    expect(
      await gained(
        worker,
        `file ${folder}/log 100`,
        `file ${deep} 2`,
        'file /dev/null 3',
        'file /dev/shm/é 1',
      ),
    ).toEqual({ [`${folder}/log`]: 100, [deep]: 2, '/dev/null': 3, '/dev/shm/é': 1 });
    rmSync('/dev/shm/é');
  });

  it('are many files of a folder', async () => {
    const worker = await start();
    expect(await gained(worker, `files ${folder} 312`)).toEqual({ [`${folder}/*`]: 312 });
  });

  it('are files that are deleted', async () => {
    const worker = await start();
    expect(await gained(worker, `file ${folder}/log 4`, `unlink ${folder}/log`)).toEqual({
      [`${folder}/log (deleted)`]: 4,
    });
  });

  it('are folders, and the roots of file systems', async () => {
    const worker = await start();
    expect(await gained(worker, 'folder / 1', `folder ${folder} 2`, 'folder /proc 3')).toEqual({
      '/': 1,
      [folder]: 2,
      '/proc': 3,
    });
  });

  it('are pipes and anonymous files', async () => {
    const worker = await start();
    expect(await gained(worker, 'pipe 5', 'eventfd 3', 'memfd buffer 2')).toEqual({
      pipe: 10,
      '[eventfd]': 3,
      'memfd:buffer': 2,
    });
  });

  it('are connections, on either side', async () => {
    const server = await start();
    const client = await start();
    for (const [version, host] of [
      ['', '127.0.0.1'],
      ['6', '[::1]'],
    ] as const) {
      const port = await server.ask(`listen${version}`);
      expect(await gained(client, `connect${version} ${port} 30`)).toEqual({
        [`TCP ${host}:${port} ESTABLISHED`]: 30,
      });
      expect(await gained(server, 'accept 30')).toEqual({
        [`TCP :${port} from ${host} ESTABLISHED`]: 30,
      });
      expect(gather(server).groups).toContainEqual({ what: `TCP listening :${port}`, count: 1 });
    }
  });

  it('are connections that the peer has closed', async () => {
    const server = await start();
    const client = await start();
    const port = await server.ask('listen');
    await client.ask(`connect ${port} 30`);
    await server.ask('accept 30');
    await server.ask('close 30');
    expect(gather(client).groups).toContainEqual({ what: `TCP 127.0.0.1:${port} CLOSE_WAIT`, count: 30 });
  });

  it('are other internet sockets', async () => {
    const worker = await start();
    expect(await gained(worker, 'udp 53 3', 'socket 2')).toEqual({
      'UDP 127.0.0.1:53': 3,
      'TCP unconnected': 2,
    });
  });

  it('are unix sockets', async () => {
    const worker = await start();
    const path = `${folder}/socket`;
    const abstract = `@${folder.slice(-11)}`;
    expect(
      await gained(
        worker,
        `unix-listen ${path}`,
        `unix-connect ${path} 4`,
        `unix-listen ${abstract}`,
        `unix-connect ${abstract} 3`,
        'socketpair 5',
      ),
    ).toEqual({
      [`UNIX listening ${path}`]: 1,
      [`UNIX ${path}`]: 4,
      [`UNIX listening ${abstract}`]: 1,
      [`UNIX ${abstract}`]: 3,
      'UNIX unnamed': 10,
    });
  });

  it('is not what others hold', async () => {
    const worker = await start();
    const other = await start();
    await other.ask('eventfd 50');
    expect(gather(worker).groups).not.toContainEqual(expect.objectContaining({ what: '[eventfd]' }));
  });

  it('is nothing if there is no such process', async () => {
    const worker = await start();
    await worker.end();
    expect(held.gather(worker.pid)).toBeUndefined();
  });

  it('is bounded', async () => {
    const worker = await start();
    const count = await worker.askNumber(`file ${folder}/log 19000`);
    const found = gather(worker);
    expect(count).toBe(19_000);
    expect(found.total).toBe(16_384);
    expect(found.isTruncated).toBe(true);
    expect(found.groups[0]?.what).toBe(`${folder}/log`);
  });

  it('is the same when it is gathered gently, and the event loop turns meanwhile', async () => {
    const worker = await start();
    await worker.ask(`files ${folder} ${operations(16_000, 4_000)}`);
    let turns = 0;
    const count = () => {
      turns++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    // Without patience, so that it is the same on a fast machine.
    const gently = held.gatherGently(worker.pid, 0);
    expect(gently).toBeInstanceOf(Promise);
    const found = await gently;
    clearImmediate(counting);
    expect(found).toEqual(gather(worker));
    expect(turns).toBeGreaterThan(operations(5, 1));
  });

  it('is at hand at once if it is little', async () => {
    const worker = await start();
    expect(held.gatherGently(worker.pid)).toEqual(gather(worker));
  });

  it('is nothing if it is closed meanwhile', async () => {
    const worker = await start();
    await worker.ask(`files ${folder} ${operations(16_000, 4_000)}`);
    const before = readdirSync('/proc/self/fd').length;
    const gently = held.gatherGently(worker.pid, 0);
    held.close();
    expect(await gently).toBeUndefined();
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });

  it('takes milliseconds', async () => {
    const worker = await start();
    const each = operations(1250, 1250);
    const port = await worker.ask('listen');
    for (const command of [
      `connect ${port} ${each}`,
      `accept ${each}`,
      `files ${folder} ${3 * each}`,
      `file ${folder}/log ${each}`,
      `socketpair ${each / 2}`,
      `pipe ${each / 4}`,
      `eventfd ${each / 2}`,
    ])
      await worker.ask(command);
    // Of the processor's time, and the least: a busy machine interrupts some.
    const least = Math.min(
      ...Array.from({ length: 30 }, () => {
        const begin = process.cpuUsage();
        expect(gather(worker).total).toBeGreaterThan(10_000);
        const { user, system } = process.cpuUsage(begin);
        return (user + system) / 1000;
      }),
    );
    expect(least).toBeLessThan(emulated ? 1000 : 20);
  });
});

describeIterator('the iterator', () => {
  beforeEach(() => {
    held = new HeldFiles();
  });

  it('is in the kernel from the first call to the end', async () => {
    const worker = await start();
    const programs = () => bpfIdsOf(process.pid).filter(({ kind }) => kind === 'prog').length;
    const before = programs();
    new HeldFiles().close();
    gather(worker);
    expect(programs()).toBe(before + 1);
    held.close();
    expect(programs()).toBe(before);
    gather(worker);
  });

  it('leaves no descriptor behind', async () => {
    const worker = await start();
    await worker.ask('eventfd 19000');
    gather(worker);
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 5; i++) gather(worker);
    expect(held.gather(0x3fffff)).toBeUndefined();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  it('needs two capabilities and no user of the process', async () => {
    const worker = await start();
    await worker.ask(`file ${folder}/log 7`);
    const capabilities = '+bpf,+perfmon';
    const index = new URL('../../src/holdings/index.js', import.meta.url).href;
    const script = `import { HeldFiles } from '${index}';
      console.log(JSON.stringify(new HeldFiles().gather(${worker.pid})?.groups ?? null));`;
    const run = (...options: string[]) =>
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
      );
    const groups: unknown = JSON.parse(run(`--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`));
    expect(groups).toContainEqual({ what: `${folder}/log`, count: 7 });
    expect(JSON.parse(run('--inh-caps=-all'))).toBeNull();
  });
});

describe('by links, what a process holds', () => {
  beforeEach(() => {
    // Where there is no iterator, nobody has to say so.
    held = kernelHasBtf ? new HeldFiles('links') : new HeldFiles();
  });

  it('are files by their paths, and the rest by its kind', async () => {
    const worker = await start();
    expect(
      await gained(
        worker,
        `file ${folder}/log 100`,
        `file ${folder}/gone 2`,
        `unlink ${folder}/gone`,
        'pipe 5',
        'eventfd 3',
        'memfd buffer 2',
        'socket 4',
      ),
    ).toEqual({
      [`${folder}/log`]: 100,
      [`${folder}/gone (deleted)`]: 2,
      pipe: 10,
      '[eventfd]': 3,
      'memfd:buffer': 2,
      socket: 4,
    });
  });

  it('is bounded, and nothing if there is no such process', async () => {
    const worker = await start();
    await worker.ask('eventfd 19000');
    expect(gather(worker)).toMatchObject({ total: 16_384, isTruncated: true });
    await worker.end();
    expect(held.gather(worker.pid)).toBeUndefined();
  });
});
