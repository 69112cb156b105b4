/** Two of Debian's nsca daemons for one destination: one is killed, and comes back. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Outbox } from '../../../src/delivery/index.js';
import { nsca, serversOf, type NscaSettings } from '../../../src/destinations/nsca.js';
import { deliverToOneOf } from '../../../src/destinations/servers.js';
import { NscaDaemon, PASSWORD } from '../../support/nsca-daemon.js';
import { seconds } from '../../support/where.js';
import { result } from '../../unit/delivery/fake-destination.js';

jest.setTimeout(seconds(120));

let folder: string;
let first: NscaDaemon;
let second: NscaDaemon;
let outbox: Outbox;
let log: string[];
let onLog: () => void = () => undefined;
let uptime: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'servers-'));
  writeFileSync(join(folder, 'nsca.password'), `${PASSWORD}\n`, { mode: 0o600 });
  // One port and two addresses, as of two machines.
  first = await NscaDaemon.start({ method: 1 });
  second = await NscaDaemon.start({ method: 1, address: '127.0.0.2', port: first.port });
  const settings: NscaSettings = {
    type: 'nsca',
    servers: ['127.0.0.1', '127.0.0.2'],
    port: first.port,
    encryption: 'xor',
    passwordFile: join(folder, 'nsca.password'),
  };
  log = [];
  uptime = 0;
  const deliver = deliverToOneOf(serversOf(settings), { uptime: () => uptime });
  outbox = new Outbox({
    destination: { name: nsca.nameOf(settings), deliver },
    log: (level, message) => {
      log.push(`${level} ${message}`);
      onLog();
    },
  });
});

afterEach(async () => {
  await outbox.stop();
  await first.stop();
  await second.stop();
  rmSync(folder, { recursive: true });
});

const SERVICES = ['a', 'b', 'c', 'd'];
let next = 0;

const push = (count: number) => {
  for (; count > 0; count--, next++)
    outbox.push(result(next, { service: SERVICES[next % SERVICES.length] ?? '' }));
};

/** Until so many results were sent in all. */
async function sent(count: number): Promise<void> {
  while (log.filter((line) => line.startsWith('detail ')).length < count)
    await new Promise<void>((resolve) => (onLog = resolve));
}

const numbers = (daemon: NscaDaemon) => daemon.results().map(({ output }) => Number(output));

it('nothing is lost, each service keeps its order, and the first has them again', async () => {
  push(200);
  await sent(200);
  expect(numbers(second)).toEqual([]);
  await first.end();
  for (let round = 0; round < 10; round++) {
    push(20);
    await nextTurn();
  }
  await sent(400);
  // All of it at once, without the delay of an outage.
  expect(numbers(first)).toHaveLength(200);
  expect(numbers(second)).toEqual(Array.from({ length: 200 }, (_, index) => 200 + index));
  expect(log.filter((line) => !line.startsWith('detail '))).toEqual([
    expect.stringMatching(
      /^warning nsca 127\.0\.0\.1:\d+, 127\.0\.0\.2:\d+: 127\.0\.0\.2 takes the results, since Cannot connect to 127\.0\.0\.1/,
    ),
  ]);
  expect(outbox.status()).toMatchObject({ server: '127.0.0.2', waiting: 0 });

  await first.begin();
  uptime = 30_000;
  // This has it asked, and another time the next have found it there.
  let count = 400;
  while (!log.some((line) => line.startsWith('notice '))) {
    push(1);
    await sent(++count);
  }
  expect(log.find((line) => line.startsWith('notice '))).toMatch(/: 127\.0\.0\.1 takes the results again$/);
  expect(numbers(second)).not.toContain(next - 1);
  expect(numbers(first)).toContain(next - 1);
  const all = [...numbers(first), ...numbers(second)];
  expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: next }, (_, index) => index));
  for (const daemon of [first, second])
    for (const service of SERVICES) {
      const own = daemon.results().flatMap((one) => (one.service === service ? Number(one.output) : []));
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
});

it('one that is killed with results under way has them taken by the other', async () => {
  push(50);
  await nextTurn();
  first.signal('SIGKILL');
  await sent(1);
  await sent(50);
  // Whether it had read some of them, nobody knows: they may be there twice, and are nowhere lost.
  const all = new Set([...numbers(first), ...numbers(second)]);
  expect([...all].filter((number) => number >= next - 50)).toHaveLength(50);
  expect(numbers(second).at(-1)).toBe(next - 1);
});
