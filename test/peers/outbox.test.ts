/** The outbox, our client and Debian's nsca, which is stopped, frozen and started again. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pace } from 'node:timers/promises';
import { Outbox } from '../../src/delivery/index.js';
import { deliverBy } from '../../src/destinations/nsca.js';
import type { Log } from '../../src/log/index.js';
import { createClient, Password, type NscaClientOptions } from '../../src/nsca-client/index.js';
import type { ServiceResult, State } from '../../src/services/index.js';
import { NscaDaemon, PASSWORD } from '../support/nsca-daemon.js';

const result = (service: string, state: State, rest: Partial<ServiceResult> = {}): ServiceResult => ({
  host: 'gw01',
  service,
  state,
  time: Date.now(),
  cause: 'change',
  worsened: state !== 'OK',
  text: `FDS ${state}`,
  perfdata: [{ label: 'fds', value: 1, unit: '' }],
  longOutput: [],
  ...rest,
});

/** An outbox in a process of its own. */
class Gateway {
  readonly log: string[] = [];
  readonly #process: ChildProcess;
  #onLog: () => void = () => undefined;

  constructor(port: number, file: string) {
    this.#process = fork(new URL('../support/outbox-process.js', import.meta.url), [String(port), file]);
    this.#process.on('message', (line: string) => {
      this.log.push(line);
      this.#onLog();
    });
  }

  push(...results: readonly ServiceResult[]): void {
    for (const one of results) this.#process.send(one);
  }

  async until(isLogged: () => boolean): Promise<void> {
    while (!isLogged()) await new Promise<void>((resolve) => (this.#onLog = resolve));
  }

  sent = () => this.log.filter((line) => line.startsWith('detail ')).length;
  failures = () => this.log.filter((line) => line.startsWith('warning ')).length;

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }
}

/** Waits until the file says so; without a file, that is nothing. */
async function untilFile(path: string, is: (text: string) => boolean): Promise<void> {
  const watcher = watch(dirname(path));
  try {
    for (;;) {
      const changed = once(watcher, 'change');
      if (is(existsSync(path) ? readFileSync(path, 'utf8') : '')) return;
      await changed;
    }
  } finally {
    watcher.close();
  }
}

describe.each(['--single', '--daemon'] as const)('nsca %s', (mode) => {
  let folder: string;
  let daemon: NscaDaemon;
  let outbox: Outbox | undefined;
  let gateways: Gateway[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    daemon = await NscaDaemon.start({ method: 14, mode });
    gateways = [];
  });

  afterEach(async () => {
    for (const gateway of gateways) await gateway.kill();
    await outbox?.stop();
    outbox = undefined;
    await daemon.stop();
    rmSync(folder, { recursive: true });
  });

  const file = () => join(folder, 'nsca.json');
  const startGateway = () => {
    const gateway = new Gateway(daemon.port, file());
    gateways.push(gateway);
    return gateway;
  };
  const makeOutbox = (options: Partial<NscaClientOptions> = {}, log: Log = () => undefined) => {
    const client = createClient({
      server: '127.0.0.1',
      port: daemon.port,
      password: Password.fromText(PASSWORD),
      ...options,
    });
    outbox = new Outbox({
      destination: { name: 'nsca', deliver: deliverBy(client) },
      log,
    });
    return outbox;
  };
  const numbers = async (count: number) => (await daemon.until(count)).map(({ output }) => Number(output));
  const inOrder = Array.from({ length: 500 }, (_, number) => number);

  it('gets the newest state of each service once, delayed, after it was away and the agent was killed', async () => {
    const services = ['a', 'b', 'c'];
    const minuteAgo = () => ({ time: Date.now() - 60_000 });
    const killed = startGateway();
    killed.push(...services.map((service) => result(service, 'OK')));
    await killed.until(() => killed.sent() === 3);

    await daemon.end();
    killed.push(...services.map((service) => result(service, 'WARNING', minuteAgo())));
    await killed.until(() => killed.failures() === 1);
    killed.push(...services.map((service) => result(service, 'CRITICAL', minuteAgo())));
    await untilFile(file(), (text) => text.split('FDS CRITICAL').length === 4);
    await killed.kill();

    const gateway = startGateway();
    await gateway.until(() => gateway.failures() === 1);
    // As an agent does at its start; what is still so is known since before.
    gateway.push(result('a', 'CRITICAL'), result('b', 'OK'));
    await daemon.begin();
    await gateway.until(() => gateway.sent() === 3);

    const results = await daemon.until(6);
    expect(results).toHaveLength(6);
    expect(results.slice(0, 3).map(({ output }) => output)).toEqual(services.map(() => 'FDS OK |fds=1;;;;'));
    const late = results.slice(3).toSorted((one, other) => one.service.localeCompare(other.service));
    expect(late).toMatchObject([
      { service: 'a', returnCode: 2, output: 'FDS CRITICAL (delayed 1m) |fds=1;;;;' },
      { service: 'b', returnCode: 0, output: 'FDS OK |fds=1;;;;' },
      { service: 'c', returnCode: 2, output: 'FDS CRITICAL (delayed 1m) |fds=1;;;;' },
    ]);
    await untilFile(file(), (text) => text === '');
  });

  // With --daemon, the process that has the connection is another.
  const hasOneProcess = mode === '--single';
  if (hasOneProcess)
    it('gets what the kernel had taken, but it had not read', async () => {
      let arrived: () => void = () => undefined;
      const box = makeOutbox({}, () => {
        arrived();
      });
      const first = new Promise<void>((resolve) => (arrived = resolve));
      box.push(result('a', 'OK'));
      await first;
      box.push(result('a', 'WARNING'));
      await daemon.until(2);
      daemon.signal('SIGSTOP');
      box.push(result('a', 'CRITICAL'));
      while (box.status().waiting > 0) await nextTurn();
      daemon.signal('SIGKILL');
      await daemon.end();
      await daemon.begin();
      expect((await daemon.until(3)).map(({ returnCode: code }) => code)).toEqual([0, 1, 2]);
    });

  it('gets what comes after a result at once, and not only when that was not rejected', async () => {
    const box = makeOutbox({ rejectionWindow: 600_000 });
    for (const number of [0, 1, 2]) {
      box.push(result('a', 'OK', { text: String(number), perfdata: [] }));
      expect(await numbers(number + 1)).toEqual(inOrder.slice(0, number + 1));
    }
  });

  it('gets 500 transitions of a service within half a second, in order', async () => {
    const box = makeOutbox();
    for (const number of inOrder) {
      box.push(result('a', number % 2 ? 'OK' : 'CRITICAL', { text: String(number), perfdata: [] }));
      if (number % 10 === 0) await pace(10);
    }
    expect(await numbers(500)).toEqual(inOrder);
  });

  it('gets 500 transitions of a service in twelve seconds, and over several connections, in order', async () => {
    const box = makeOutbox();
    for (const number of inOrder) {
      box.push(result('a', number % 2 ? 'OK' : 'CRITICAL', { text: String(number), perfdata: [] }));
      await pace(25);
    }
    expect(await numbers(500)).toEqual(inOrder);
  });
});
