/** The outbox, our client and Debian's nsca, which is frozen and killed: what is its own. Outages of all kinds are in outage.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn, setTimeout as pace } from 'node:timers/promises';
import { Outbox } from '../../src/delivery/index.js';
import { deliverBy } from '../../src/destinations/nsca.js';
import type { Log } from '../../src/log/index.js';
import { createClient, Password, type NscaClientOptions } from '../../src/nsca-client/index.js';
import { NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { fdsResult } from '../support/fds-result.js';

describe.each(['--single', '--daemon'] as const)('nsca %s', (mode) => {
  let daemon: NscaDaemon;
  let outbox: Outbox | undefined;

  beforeEach(async () => {
    daemon = await NscaDaemon.start({ method: 14, mode });
  });

  afterEach(async () => {
    await outbox?.stop();
    outbox = undefined;
    await daemon.stop();
  });

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

  // With --daemon, the process that has the connection is another.
  const hasOneProcess = mode === '--single';
  if (hasOneProcess)
    it('gets what the kernel had taken, but it had not read', async () => {
      let arrived: () => void = () => undefined;
      const box = makeOutbox({}, () => {
        arrived();
      });
      const first = new Promise<void>((resolve) => (arrived = resolve));
      box.push(fdsResult('a', 'OK'));
      await first;
      box.push(fdsResult('a', 'WARNING'));
      await daemon.until(2);
      daemon.signal('SIGSTOP');
      box.push(fdsResult('a', 'CRITICAL'));
      while (box.status().waiting > 0) await nextTurn();
      daemon.signal('SIGKILL');
      await daemon.end();
      await daemon.begin();
      expect((await daemon.until(3)).map(({ returnCode: code }) => code)).toEqual([0, 1, 2]);
    });

  it('gets what comes after a result at once, and not only when that was not rejected', async () => {
    const box = makeOutbox({ rejectionWindow: 600_000 });
    for (const number of [0, 1, 2]) {
      box.push(fdsResult('a', 'OK', { text: String(number), perfdata: [] }));
      expect(await numbers(number + 1)).toEqual(inOrder.slice(0, number + 1));
    }
  });

  it('gets 500 transitions of a service within half a second, in order', async () => {
    const box = makeOutbox();
    for (const number of inOrder) {
      box.push(fdsResult('a', number % 2 ? 'OK' : 'CRITICAL', { text: String(number), perfdata: [] }));
      if (number % 10 === 0) await pace(10);
    }
    expect(await numbers(500)).toEqual(inOrder);
  });

  it('gets 500 transitions of a service in twelve seconds, and over several connections, in order', async () => {
    const box = makeOutbox();
    for (const number of inOrder) {
      box.push(fdsResult('a', number % 2 ? 'OK' : 'CRITICAL', { text: String(number), perfdata: [] }));
      await pace(25);
    }
    expect(await numbers(500)).toEqual(inOrder);
  });
});
