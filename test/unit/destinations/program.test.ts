import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examineDestination, makeDestination, type Deliver } from '../../../src/destinations/index.js';
import { deliverTo, deliverToKept, program } from '../../../src/destinations/program.js';
import { seconds } from '../../support/where.js';
import { result } from '../delivery/fake-destination.js';

jest.setTimeout(seconds(20));

const never = new AbortController().signal;
const bounds = { time: seconds(10), grace: seconds(10) };
const taken = { status: 'delivered' };
const results = [
  result(1, { longOutput: ['one', 'two'] }),
  result(2, {
    state: 'CRITICAL',
    time: 1_790_000_000_000,
    worst: { process: { pid: 7, name: 'x' }, reading: { value: 81, limit: Infinity }, resource: 'nofile' },
    perfdata: [{ label: 'fds', value: 81, unit: '', min: 0 }],
    delay: 60_000,
  }),
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const sh = (script: string, format: 'lines' | 'json' = 'lines', limits = bounds) =>
  deliverTo({ type: 'program', run: ['/bin/sh', '-c', script, 'sh', folder], format }, limits);

describe('a program that takes results', () => {
  it('gets a line for each on its standard input, and takes all by ending well', async () => {
    expect(await sh('cat > "$1"/lines')(results, never)).toEqual([taken, taken]);
    expect(readFileSync(path('lines'), 'utf8')).toBe(
      [String.raw`gw01	broker fds	0	1\none\ntwo`, 'gw01\tbroker fds\t2\t2 (delayed 1m) |fds=81;;;0;', ''].join(
        '\n',
      ),
    );
  });

  it('gets them as JSON, with what a plugin would print', async () => {
    expect(await sh('cat > "$1"/json', 'json')(results, never)).toEqual([taken, taken]);
    const lines = readFileSync(path('json'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1] ?? '')).toEqual({
      host: 'gw01',
      service: 'broker fds',
      state: 'CRITICAL',
      time: 1_790_000_000_000,
      cause: 'change',
      worsened: false,
      text: '2',
      perfdata: [{ label: 'fds', value: 81, unit: '', min: 0 }],
      longOutput: [],
      worst: { pid: 7, name: 'x', resource: 'nofile', value: 81, limit: null },
      delay: 60_000,
      returnCode: 2,
      output: '2 (delayed 1m) |fds=81;;;0;',
    });
  });

  it('is started once for all that come together', async () => {
    const many = Array.from({ length: 1000 }, (_, number) =>
      result(number, { longOutput: ['x'.repeat(1000)] }),
    );
    expect(await sh('echo >> "$1"/starts; wc -l > "$1"/count')(many, never)).toEqual(many.map(() => taken));
    expect(readFileSync(path('starts'), 'utf8')).toBe('\n');
    expect(readFileSync(path('count'), 'utf8').trim()).toBe('1000');
  });

  it('need not read them, however many they are', async () => {
    const large = [result(1, { text: 'x'.repeat(1_000_000) })];
    expect(await sh('exit 0')(large, never)).toEqual([taken]);
    // Whatever it leaves behind keeps its standard input, and nobody waits for that.
    const [outcome] = await sh('sleep 1000 <&0 & echo $! > "$1"/pid')(large, never);
    expect(outcome).toEqual(taken);
    process.kill(Number(readFileSync(path('pid'), 'utf8')), 'SIGKILL');
  });

  it.each([
    ['echo >&2; echo "  no way out" >&2; echo more >&2; exit 4', 'exit code 4: no way out'],
    ['echo said where nobody looks; exit 1', 'exit code 1'],
    ['printf "\\033[2J%0300d" 0 >&2; exit 1', `exit code 1: ?[2J${'0'.repeat(182)}…`],
    ['kill -KILL $$', 'killed by SIGKILL'],
  ])('and fails is told of by its first line on standard error: %s', async (script, reason) => {
    const failed = { status: 'failed', failure: 'unreachable', reason };
    expect(await sh(script)(results, never)).toEqual([failed, failed]);
  });

  it('and is not there, or may not be executed, has to be mended by somebody', async () => {
    writeFileSync(path('file'), '');
    for (const [name, reason] of [
      ['nothing', 'there is no such program'],
      ['file', 'it may not be executed'],
    ] as const)
      expect(
        await deliverTo({ type: 'program', run: [path(name)], format: 'lines' })([result(1)], never),
      ).toEqual([{ status: 'failed', failure: 'rejected', reason }]);
  });

  it('and takes too long is stopped', async () => {
    const deliver = sh('trap "" TERM; echo slow >&2; while :; do sleep 1; done', 'lines', {
      // So long that also a busy machine lets it say something.
      time: 2000,
      grace: 100,
    });
    expect(await deliver([result(1)], never)).toEqual([
      { status: 'failed', failure: 'unreachable', reason: 'stopped after 2s: slow' },
    ]);
  });

  it('ends with the agent', async () => {
    const stop = new AbortController();
    spawnSync('mkfifo', [path('fifo')]);
    const delivery = sh('trap "echo stopped > $1/end; exit 1" TERM; : < "$1"/fifo; sleep 1000 & wait')(
      [result(1)],
      stop.signal,
    );
    // Open when the program opens it as well.
    await (await open(path('fifo'), 'w')).close();
    stop.abort();
    expect(await delivery).toMatchObject([{ status: 'failed' }]);
    expect(readFileSync(path('end'), 'utf8')).toBe('stopped\n');
  });
});

describe('a program that is kept', () => {
  let deliver: Deliver;
  const keep = (script: string, limits = {}) => {
    deliver = deliverToKept(
      { type: 'program', run: ['/bin/sh', '-c', script, 'sh', folder], format: 'lines', keep: true },
      { bounds, trial: 300, farewell: seconds(10), ...limits },
    );
  };
  const send = (...numbers: readonly number[]) =>
    deliver(
      numbers.map((number) => result(number)),
      never,
    );
  const got = () =>
    readFileSync(path('lines'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').at(-1));

  afterEach(async () => {
    await deliver.close?.();
  });

  const COPY = 'echo start >> "$1"/starts; cat >> "$1"/lines';

  it('is started once for all that comes, and ends with what it was given', async () => {
    keep(`${COPY}; echo end >> "$1"/starts`);
    expect(await send(1, 2)).toEqual([taken, taken]);
    expect(await send(3)).toEqual([taken]);
    await deliver.close?.();
    expect(got()).toEqual(['1', '2', '3']);
    expect(readFileSync(path('starts'), 'utf8')).toBe('start\nend\n');
  });

  it('gets the next before it is known whether the last were taken', async () => {
    // It ends when it has both.
    keep('read -r one; read -r two; exit 3', { trial: seconds(10) });
    const written = new Promise<void>((resolve) => {
      void deliver([result(1)], never, resolve);
    });
    await written;
    expect(await send(2)).toMatchObject([{ status: 'failed', reason: 'exit code 3' }]);
  });

  it('is started again with the next results when it has ended', async () => {
    keep(`echo start >> "$1"/starts; head -n 1 >> "$1"/lines`, { trial: seconds(10) });
    // Who ends well has taken what it got.
    expect(await send(1)).toEqual([taken]);
    expect(await send(2)).toEqual([taken]);
    expect(got()).toEqual(['1', '2']);
    expect(readFileSync(path('starts'), 'utf8')).toBe('start\nstart\n');
  });

  it.each([
    ['echo one >&2; echo "  no way out" >&2; exit 4', 'exit code 4: no way out'],
    ['kill -KILL $$', 'killed by SIGKILL'],
  ])('and ends badly within its trial has taken nothing: %s', async (script, reason) => {
    keep(script, { trial: seconds(10) });
    expect(await send(1)).toEqual([{ status: 'failed', failure: 'unreachable', reason }]);
  });

  it('and ends well before it has all has not taken it', async () => {
    keep('exec head -c 1', { trial: seconds(10) });
    const large = [result(1, { longOutput: ['x'.repeat(5_000_000)] })];
    expect(await deliver(large, never)).toEqual([
      { status: 'failed', failure: 'unreachable', reason: 'it has ended before it had read all' },
    ]);
  });

  it('and does not read is stopped in time', async () => {
    keep('exec sleep 1000', { bounds: { time: 300, grace: 100 } });
    const large = [result(1, { longOutput: ['x'.repeat(5_000_000)] })];
    expect(await deliver(large, never)).toEqual([
      { status: 'failed', failure: 'unreachable', reason: 'stopped after 300ms' },
    ]);
  });

  it('is not there, as others', async () => {
    deliver = deliverToKept({ type: 'program', run: [path('nothing')], format: 'lines', keep: true });
    for (const number of [1, 2])
      expect(await send(number)).toEqual([
        { status: 'failed', failure: 'rejected', reason: 'there is no such program' },
      ]);
  });

  it.each([false, true])(
    'and has its arguments in its name is told how to write them: keep %s',
    async (keep) => {
      const settings = { type: 'program', run: ['cat - a'], format: 'lines', keep } as const;
      const text = expect.stringMatching(
        /^there is no such program; write the program and each .* such as run: \[cat, "-", a\]$/,
      );
      deliver = makeDestination(settings).deliver;
      expect(await send(1)).toEqual([{ status: 'failed', failure: 'rejected', reason: text }]);
      expect((await examineDestination(settings, [])).answers).toEqual([{ status: 'failed', text }]);
    },
  );

  it('and does not end by itself is stopped with the agent', async () => {
    spawnSync('mkfifo', [path('pid')]);
    keep('trap "" TERM; echo $$ > "$1"/pid; while :; do sleep 0.05; done', {
      bounds: { time: seconds(10), grace: 100 },
      farewell: 100,
    });
    expect(await send(1)).toEqual([taken]);
    // When it has written it.
    const pid = Number(await readFile(path('pid'), 'utf8'));
    await deliver.close?.();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  /** It tells that it has started, and reads when somebody writes into its gate. */
  const GATED =
    'trap "echo TERM >> $1/starts" TERM; echo start >> "$1"/starts; : < "$1"/gate; cat >> "$1"/lines; echo EOF >> "$1"/starts';
  const ended = { status: 'failed', failure: 'unreachable', reason: 'it was given no more time' };

  it.each([
    ['its trial is not over', {}],
    ['not all is in its standard input', { longOutput: ['x'.repeat(5_000_000)] }],
  ])('has all that it was given when the agent ends and %s', async (_, rest) => {
    spawnSync('mkfifo', [path('gate')]);
    keep(GATED, { bounds: { time: seconds(60), grace: seconds(10) } });
    // Taken, and not read.
    expect(await send(1)).toEqual([taken]);
    const stop = new AbortController();
    const outcomes = deliver([result(2, rest)], stop.signal);
    stop.abort();
    const closed = deliver.close?.();
    expect(await outcomes).toEqual([ended]);
    await (await open(path('gate'), 'w')).close();
    await closed;
    expect(readFileSync(path('starts'), 'utf8')).toBe('start\nEOF\n');
    expect(got()).toEqual(['1', expect.stringMatching(/^2/)]);
  });

  it('is waited for no longer than there is somebody to wait', async () => {
    keep(`${COPY}; echo end >> "$1"/starts`, { trial: seconds(10) });
    const stop = new AbortController();
    const outcomes = [1, 2].map((number) => deliver([result(number)], stop.signal));
    await new Promise<void>((resolve) => {
      outcomes.push(deliver([result(3)], stop.signal, resolve));
    });
    stop.abort();
    expect(await Promise.all(outcomes)).toEqual([[ended], [ended], [ended]]);
    await deliver.close?.();
    expect(got()).toEqual(['1', '2', '3']);
    expect(readFileSync(path('starts'), 'utf8')).toBe('start\nend\n');
  });

  it('is not started any more for nobody', async () => {
    keep(COPY);
    const outcomes = deliver([result(1)], AbortSignal.abort());
    await deliver.close?.();
    expect(await outcomes).toEqual([ended]);
    await deliver.close?.();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the keys of a program', () => {
  const read = (written: object) => program.schema('/etc/crp').safeParse({ type: 'program', ...written });
  const problemOf = (written: object) => read(written).error?.issues[0]?.message;

  it('are its run: and its format:', () => {
    expect(read({ run: ['send_gearman', '--server=mon1'] }).data).toEqual({
      type: 'program',
      run: ['send_gearman', '--server=mon1'],
      format: 'lines',
    });
    expect(read({ run: ['send'], keep: true }).data).toMatchObject({ run: ['send'], keep: true });
    expect(read({ run: ['./send'], format: 'json' }).data).toMatchObject({
      run: ['/etc/crp/send'],
      format: 'json',
    });
  });

  it.each([
    [{ run: ['a'], kept: true }, 'unknown key "kept"; did you mean keep?'],
    [{ run: ['a'], keep: 'yes' }, '"yes" is not true or false; write one such as keep: true'],
    [
      {},
      'is missing; write a program and its arguments in a list, such as run: [send_gearman, --server=mon1]',
    ],
    [
      { run: 'send --server=mon1' },
      'is not a list; write the program and each of its arguments as an entry of a list, such as run: [send, --server=mon1]',
    ],
    [
      { run: 'send "a b"' },
      'is not a list; write the program and each of its arguments as an entry of a list, such as run: [send_gearman',
    ],
    [{ run: '' }, 'is empty; write a program and its arguments in a list, such as run: [send_gearman'],
    [{ run: 5 }, 'the number 5 is not a program and its arguments in a list; write one such as'],
    [{ run: [''] }, 'is empty; write the name or the path of a program'],
    [{ run: ['a', 5] }, 'the number 5 is not text; put it in quotes'],
    [{ run: ['a', '\0'] }, 'has a NUL'],
    [{ run: ['a'], format: 'xml' }, '"xml" is not lines or json; write one such as format: json'],
  ])('refuse %j', (written, problem) => {
    expect(problemOf(written)?.slice(0, problem.length)).toBe(problem);
  });

  it('give it a name without its arguments', () => {
    const { name } = makeDestination({ type: 'program', run: ['send', '--key=secret'], format: 'lines' });
    expect(name).toBe('program send');
  });
});
