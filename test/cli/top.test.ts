/** The live view on a pseudo-terminal, as xterm.js shows it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { livePath } from '../../src/control/index.js';
import { COMMAND, Program } from '../../rig/programs/command.js';
import { AgentFolder, NOWHERE } from '../support/agent-config.js';
import { Terminal, type Size } from '../support/terminal.js';
import { CWorker } from '../support/c-worker.js';
import { untilSo } from '../support/folder-changes.js';

const SIZE = { rows: 24, columns: 80 };

describe('check_rlimit_passive top', () => {
  let folder: AgentFolder;
  let worker: CWorker;
  let agent: Program;
  let terminal: Terminal | undefined;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await CWorker.start('chameleon', { limit: 100 });
    // To another shell it would be an order.
    await worker.ask('rename a\u001b[2Jb');
    folder.write({ 'broker fds': { pid: worker.pid, keys: 'warning: 50, critical: 80' } }, NOWHERE);
    agent = folder.start();
    await untilSo(folder.path, () => existsSync(livePath(folder.socket)));
  });

  afterEach(async () => {
    await terminal?.end();
    terminal = undefined;
    await folder.end();
    await worker.end();
  });

  const command = () => [COMMAND, 'top', '--socket', folder.socket];
  const top = async (size: Size = SIZE, environment: NodeJS.ProcessEnv = {}) => {
    terminal = await Terminal.start(command(), environment, size);
    await terminal.until((lines) => lines.at(-1)?.startsWith('q quit') === true);
    return terminal;
  };
  const bring = async (to: number) => {
    const has = await worker.askNumber('open 0');
    await worker.ask(to > has ? `open ${to - has}` : `close ${has - to}`);
  };
  const has = (text: string) => (lines: string[]) => lines.some((line) => line.includes(text));
  const isIn = (state: 'T' | 'Z', pid: number) =>
    readFileSync(`/proc/${pid}/stat`, 'utf8').includes(`) ${state} `);
  /** More than a terminal holds that nobody reads. */
  const fill = (shown: Terminal) => {
    for (const columns of [198, 199, 200]) shown.resize({ rows: 50, columns });
  };

  it('shows crossings as they come, and gives the terminal back', async () => {
    const shown = await top();
    expect(shown.isTaken).toBe(true);
    const first = shown.lines;
    expect(first[0]).toMatch(
      /^gw01 {2}check_rlimit_passive \S+ {2}pid \d+ {2}up \d+ s {2}attach \w+ +\d\d:\d\d:\d\d$/,
    );
    expect(first[2]).toMatch(/^OK {8}broker fds {2}for \d+ s, 1 process, nofile w 50 c 80, peak \d+$/);
    await bring(51);
    await shown.until(has('WARNING   broker fds  51 of 100'));
    await bring(81);
    const lines = await shown.until(has('CRITICAL  broker fds  81 of 100'));
    expect(lines[1]).toBe('1 service, 1 process:  1 CRITICAL  by worst');
    // Where the name was an order, there are signs.
    expect(lines[3]).toMatch(/^CRITICAL {2}a\?\[2Jb\[\d+\] {2}81 of 100 {3}81% {2}\[#{10,}w#+c\.+\]$/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^nsca 127\.0\.0\.1:1: nothing delivered yet, 1 result waits, /),
    );
    expect(shown.modes).toMatch(/ -icanon /);
    shown.type('q');
    expect(await shown.finished()).toBe(0);
    expect({ isTaken: shown.isTaken, left: shown.lines.join('') }).toEqual({ isTaken: false, left: '' });
    expect(shown.written.endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l')).toBe(true);
  });

  it('has the keys of its last line, and the size that the terminal gets', async () => {
    const shown = await top();
    const types = async (keys: string, text: string) => {
      shown.type(keys);
      await shown.until(has(text));
    };
    await types('s', 'by value');
    await types('/nob', 'filter: nob_');
    await types('\u007f\u007f\u007fdy\r', 'nothing has "dy" in its name');
    await types('\u001b', 'broker fds');
    await types('\t', 'Tab next service');
    for (const size of [
      { rows: 50, columns: 200 },
      { rows: 10, columns: 40 },
    ]) {
      shown.resize(size);
      await shown.until(
        ([first, ...others]) =>
          first?.length === size.columns && others.at(-1)?.startsWith('q quit') === true,
      );
      expect(shown.lines).toHaveLength(size.rows);
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('gives the terminal back at %s', async (signal) => {
    const shown = await top();
    expect(shown.isTaken).toBe(true);
    shown.signal(signal);
    expect(await shown.finished()).toBe(0);
    expect(shown.isTaken).toBe(false);
  });

  it.each([
    [
      'Ctrl-Z',
      (shown: Terminal) => {
        shown.type('\u001a');
      },
    ],
    [
      'SIGTSTP',
      (shown: Terminal) => {
        shown.signal('SIGTSTP');
      },
    ],
  ] as const)('gives the terminal back while it is stopped by %s, and goes on', async (_by, stop) => {
    const shown = await top();
    stop(shown);
    await shown.until(() => !shown.isTaken);
    while (!isIn('T', shown.pid)) await worker.askNumber('open 0');
    expect(shown.modes).toMatch(/ icanon /);
    shown.signal('SIGCONT');
    await shown.until(has('broker fds'));
    expect(shown.isTaken).toBe(true);
    shown.type('q');
    expect(await shown.finished()).toBe(0);
  });

  it('is not stopped by Ctrl-S, after which others draw nothing', async () => {
    const shown = await top();
    shown.type('\u0013');
    await bring(51);
    await shown.until(has('WARNING   broker fds  51 of 100'));
    shown.type('\u0011q');
    expect(await shown.finished()).toBe(0);
  });

  it('shows what is newest once a terminal that hung takes it', async () => {
    const shown = await top();
    shown.hang();
    fill(shown);
    await bring(51);
    await bring(81);
    shown.goOn();
    // As wide as it was made while it hung: on a busy machine a frame of before can come first.
    await shown.until((lines) => has('CRITICAL  broker fds  81 of 100')(lines) && lines[0]?.length === 200);
  });

  it('ends at a signal while its terminal hangs', async () => {
    const shown = await top();
    shown.hang();
    fill(shown);
    shown.signal('SIGTERM');
    while (!isIn('Z', shown.pid)) await worker.askNumber('open 0');
    shown.goOn();
    expect(await shown.finished()).toBe(0);
  });

  it('says in one line that the agent has ended', async () => {
    const shown = await top();
    agent.signal('SIGTERM');
    expect(await shown.finished()).toBe(3);
    expect(shown.lines.filter((line) => line !== '').join('')).toBe(
      `check_rlimit_passive: the agent at ${folder.socket} has ended`,
    );
  });

  it('has colours, unless NO_COLOR is set', async () => {
    const coloured = await top();
    expect(coloured.written).toContain('\u001b[32mOK      \u001b[0m');
    await coloured.end();
    const plain = await top(SIZE, { NO_COLOR: '1' });
    // eslint-disable-next-line no-control-regex -- what a terminal takes for a colour
    expect(plain.written).not.toMatch(/\u001b\[\d+m/);
  });

  it('prints lines on a terminal that has no screen', async () => {
    terminal = await Terminal.start(command(), { TERM: 'dumb' }, SIZE);
    await terminal.until(has('nsca 127.0.0.1:1: '));
    await bring(81);
    await terminal.until(has('  CRITICAL  broker fds  81 of 100  a?[2Jb'));
    expect(terminal.written).not.toContain('\u001b');
    terminal.type('\u0003');
    expect(await terminal.finished()).toBe(0);
  });

  it('prints lines where there is no terminal', async () => {
    const program = new Program(COMMAND, command().slice(1));
    try {
      await program.until(() => program.stdout.some((line) => line.startsWith('nsca 127.0.0.1:1: ')));
      expect(program.stdout).toContainEqual(expect.stringMatching(/^OK {8}broker fds, for \d+ s$/));
      await bring(81);
      await program.until(() =>
        program.stdout.some((line) => / {2}CRITICAL {2}broker fds {2}81 of 100 {2}a\?\[2Jb/.test(line)),
      );
      program.signal('SIGTERM');
      expect(await program.finished()).toMatchObject({ status: 0, stderr: [] });
    } finally {
      program.signal('SIGKILL');
      await program.finished();
    }
  });
});
