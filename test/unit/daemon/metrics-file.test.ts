import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { EventEmitter, once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Claim } from '../../../src/daemon/claim.js';
import { MetricsFile } from '../../../src/daemon/metrics-file.js';
import { untilSo } from '../../support/folder-changes.js';
import { writeMetrics } from '../../../src/daemon/write-metrics.js';

const PATH = '/nonexistent/metrics/agent.prom';
const OTHER = '/nonexistent/other.prom';

describe('when the file of metrics is written', () => {
  /** What was written when, and of each write how it ends. */
  let written: { readonly at: number; readonly path: string; readonly text: string }[];
  let ends: { readonly well: () => void; readonly badly: (error: Error) => void }[];
  let logged: string[];
  /** Whose paths were claimed, and let go. */
  let claimed: string[];
  let released: string[];
  /** Tells of each of these, for what waits for the disk and not for a timer. */
  let steps: EventEmitter;
  let text: string | undefined;
  let file: MetricsFile;

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    [written, ends, logged, claimed, released, text] = [[], [], [], [], [], 'a'];
    steps = new EventEmitter();
    file = new MetricsFile({
      log: (level, message) => logged.push(`${level}: ${message}`),
      text: () => text,
      replace: (path, content) => {
        written.push({ at: Date.now(), path, text: [...content].join('') });
        return new Promise((well, badly) => {
          ends.push({ well, badly });
          steps.emit('step');
        });
      },
      claim: (path) => {
        claimed.push(path);
        const release = () => {
          released.push(path);
          steps.emit('step');
          return Promise.resolve();
        };
        return Promise.resolve({ release });
      },
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const times = () => written.map(({ at }) => at);
  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
  const until = async (isThere: () => boolean) => {
    while (!isThere()) await once(steps, 'step');
  };
  /** The disk has taken all that it was given. */
  const end = async () => {
    for (const { well } of ends.splice(0)) well();
    await pass(0);
  };
  const fail = async (code: string) => {
    for (const { badly } of ends.splice(0)) badly(Object.assign(new Error(code), { code }));
    await pass(0);
  };

  it('is soon after a change, with what is true then, and nothing wakes afterwards', async () => {
    await file.writeTo(PATH);
    text = 'b';
    await pass(199);
    expect(written).toEqual([]);
    await pass(1);
    expect(written).toEqual([{ at: 200, path: PATH, text: 'b' }]);
    await end();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is once a second at most, and ends with the last change', async () => {
    await file.writeTo(PATH);
    for (let change = 0; change < 300; change++) {
      text = `change ${change}`;
      file.changed();
      await pass(10);
      await end();
    }
    await pass(5000);
    await end();
    expect(times()).toEqual([200, 1200, 2200, 3200]);
    expect(written.at(-1)?.text).toBe('change 299');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not while another is under way', async () => {
    await file.writeTo(PATH);
    await pass(200);
    file.changed();
    await pass(60_000);
    expect(times()).toEqual([200]);
    await end();
    await pass(200);
    expect(times()).toEqual([200, 60_400]);
  });

  it('is never without a path', async () => {
    file.changed();
    await file.writeTo(undefined);
    file.changed();
    expect(jest.getTimerCount()).toBe(0);
    await file.close();
  });

  it('waits while there is nothing to tell', async () => {
    text = undefined;
    await file.writeTo(PATH);
    await pass(1000);
    expect(written).toEqual([]);
    text = 'b';
    file.changed();
    await pass(200);
    expect(written).toHaveLength(1);
  });

  it('says once that it cannot be, and once that it is again', async () => {
    await file.writeTo(PATH);
    for (const delay of [200, 1000, 1000]) {
      await pass(delay);
      await fail('ENOENT');
      file.changed();
    }
    expect(logged).toEqual([
      `warning: ${PATH} cannot be written (ENOENT): check that /nonexistent/metrics is there, that the agent's user may write there, and that its disk has room`,
    ]);
    await pass(1000);
    await end();
    file.changed();
    await pass(1000);
    await end();
    expect(logged.slice(1)).toEqual([`notice: ${PATH} is written again`]);
  });

  it('tells which flag of Node.js is missing', async () => {
    await file.writeTo(PATH);
    await pass(200);
    await fail('ERR_ACCESS_DENIED');
    expect(logged).toEqual([
      expect.stringMatching(/give Node\.js --allow-fs-write=\/nonexistent\/metrics\/\*$/),
    ]);
  });

  it('says that it hangs, and when it does no more; a hang keeps nobody from ending', async () => {
    await file.writeTo(PATH);
    await pass(5199);
    expect(logged).toEqual([]);
    await pass(1);
    expect(logged).toEqual([
      `warning: ${PATH} cannot be written: /nonexistent/metrics gives no answer; check its disk`,
    ]);
    await end();
    expect(logged.slice(1)).toEqual([`notice: ${PATH} is written again`]);
    file.changed();
    await pass(1000);
    const closed = file.close();
    await pass(1000);
    await closed;
    expect(ends).toHaveLength(1);
  });

  it('goes on elsewhere while it hangs where it was', async () => {
    await file.writeTo(PATH);
    await pass(200);
    await until(() => written.length === 1);
    const moved = file.writeTo(OTHER);
    await pass(1000);
    await moved;
    await pass(200);
    await until(() => written.length === 2);
    expect(written.map(({ path }) => path)).toEqual([PATH, OTHER]);
    expect(claimed).toEqual([PATH, OTHER]);
    await end();
    file.changed();
    await pass(1000);
    await until(() => written.length === 3 && released.length === 1);
    expect([claimed.length, released]).toEqual([2, [PATH]]);
  });

  it("is this agent's yet where it comes back to what hangs", async () => {
    await file.writeTo(PATH);
    await pass(200);
    await until(() => written.length === 1);
    for (const path of [OTHER, PATH]) {
      const moved = file.writeTo(path);
      await pass(1000);
      await moved;
    }
    await pass(200);
    await until(() => written.length === 2);
    await end();
    await until(() => released.length > 0);
    // The other one, to take it away.
    expect([claimed, released]).toEqual([[PATH, OTHER], [OTHER]]);
    expect(logged).toEqual([]);
  });
});

describe('the file of metrics', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'metrics-'));
    path = join(folder, 'agent.prom');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is for all to read, whatever the umask is', async () => {
    const before = process.umask(0o077);
    await writeMetrics(path, ['a 1\n', '', 'b 2\n']).finally(() => process.umask(before));
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readFileSync(path, 'utf8')).toBe('a 1\nb 2\n');
  });

  it('is another one each time, so that who reads it has all of the old one', async () => {
    await writeMetrics(path, 'old\n');
    const { ino } = statSync(path);
    await writeMetrics(path, 'new\n');
    expect(statSync(path).ino).not.toBe(ino);
    expect(existsSync(`${path}.tmp`)).toBe(false);
  });

  it('follows no link that somebody put beside it', async () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, `${path}.tmp`);
    await writeMetrics(path, 'a 1\n');
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(readFileSync(path, 'utf8')).toBe('a 1\n');
  });

  it('leaves nothing half behind where it cannot be', async () => {
    mkdirSync(path);
    await expect(writeMetrics(path, 'a 1\n')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(existsSync(`${path}.tmp`)).toBe(false);
  });

  it('is gone at the end', async () => {
    const file = new MetricsFile({ log: () => undefined, text: () => 'a 1\n' });
    await file.writeTo(path);
    writeFileSync(path, 'of the agent before, which was killed\n');
    await file.close();
    expect(existsSync(path)).toBe(false);
  });

  it('that cannot be removed is told', async () => {
    const logged: string[] = [];
    mkdirSync(path);
    const file = new MetricsFile({ log: (_, message) => logged.push(message), text: () => 'a 1\n' });
    await file.writeTo(path);
    await file.close();
    expect(logged).toEqual([
      expect.stringMatching(/agent\.prom cannot be removed \(ERR_FS_EISDIR\): remove it,/),
    ]);
    // Who removes it may write there, though this process goes on.
    rmdirSync(path);
    const claim = await Claim.of(path);
    expect(claim).toBeDefined();
    await claim?.release();
  });

  it('is of the first agent that writes it: the second says so, and has it when the first has ended', async () => {
    let wake: (what: string) => void = () => undefined;
    const told = () => new Promise<string>((resolve) => (wake = resolve));
    const logOf = (_: unknown, message: string) => {
      wake(message.replace(path, 'FILE'));
    };
    const first = new MetricsFile({ log: () => undefined, text: () => 'first 1\n' });
    const second = new MetricsFile({ log: logOf, text: () => 'second 1\n' });
    await first.writeTo(path);
    await untilSo(dirname(path), () => existsSync(path));
    const refused = told();
    await second.writeTo(path);
    expect(await refused).toBe(
      'FILE is not written: another agent writes it; stop one of them, or give each a metrics_file of its own',
    );
    expect(readFileSync(path, 'utf8')).toBe('first 1\n');
    await first.close();
    const again = told();
    second.changed();
    expect(await again).toBe('FILE is written again');
    expect(readFileSync(path, 'utf8')).toBe('second 1\n');
    await second.close();
    expect(readdirSync(dirname(path))).toEqual([]);
  });
});
