/** Two of Debian's nsca-ng servers for one destination: one is killed, and comes back. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outbox } from '../../../src/delivery/index.js';
import { nscaNg, serversOf, type NscaNgSettings } from '../../../src/destinations/nsca-ng.js';
import { deliverToOneOf } from '../../../src/destinations/servers.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../../support/nsca-ng-server.js';
import { seconds } from '../../support/where.js';
import { result } from '../../unit/delivery/fake-destination.js';

jest.setTimeout(seconds(120));

const SERVICES = ['a', 'b', 'c', 'd'];

let folder: string;
let first: NscaNgServer;
let second: NscaNgServer;
let outbox: Outbox;
let log: string[];
let onLog: () => void = () => undefined;
let uptime: number;
let next: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'servers-'));
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, `${NSCA_NG_KEY}\n`, { mode: 0o600 });
  // One port and two addresses, as of two machines.
  const authorize = authorizing('gw01', ...SERVICES);
  first = await NscaNgServer.start({ authorize });
  const { port } = first;
  second = await NscaNgServer.start({ authorize, address: '127.0.0.2', port });
  const servers = ['127.0.0.1', '127.0.0.2'] as const;
  const settings: NscaNgSettings = { type: 'nsca-ng', servers, port, identity: 'gw01', keyFile };
  log = [];
  uptime = next = 0;
  outbox = new Outbox({
    destination: {
      name: nscaNg.nameOf(settings),
      deliver: deliverToOneOf(serversOf(settings), { uptime: () => uptime }),
    },
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

const push = (count: number) => {
  for (; count > 0; count--, next++)
    outbox.push(result(next, { service: SERVICES[next % SERVICES.length] ?? '' }));
};

/** Until so many results were sent in all. */
async function sent(count: number): Promise<void> {
  while (log.filter((line) => line.startsWith('detail ')).length < count)
    await new Promise<void>((resolve) => (onLog = resolve));
}

const numbers = (server: NscaNgServer) => server.results().map(({ output }) => Number(output));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const told = () => log.filter((line) => !line.startsWith('detail '));

it('one that is killed has the next take over at once, and gets results again when it is back', async () => {
  push(100);
  await sent(100);
  await first.until(100);
  expect(numbers(second)).toEqual([]);
  await first.end('SIGKILL');
  push(100);
  await sent(200);
  await second.until(100);
  expect(numbers(second)).toEqual(range(100, 200));
  expect(told()).toEqual([
    expect.stringMatching(
      /^warning nsca-ng gw01@127\.0\.0\.1:\d+, gw01@127\.0\.0\.2:\d+: 127\.0\.0\.2 takes the results, since Cannot connect to 127\.0\.0\.1/,
    ),
  ]);

  await first.begin();
  uptime = 30_000;
  // This has it asked, and another time the next have found it there.
  while (!log.some((line) => line.startsWith('notice '))) {
    push(1);
    await sent(next);
  }
  expect(told().at(-1)).toMatch(/: 127\.0\.0\.1 takes the results again$/);
  await first.until(101);
  expect(numbers(first).at(-1)).toBe(next - 1);
  expect([...numbers(first), ...numbers(second)].toSorted((a, b) => a - b)).toEqual(range(0, next));
});

it('one that is killed with results under way loses at most what it had in its memory, and no order', async () => {
  push(1000);
  await first.until(50);
  await first.end('SIGKILL');
  await sent(1000);
  await second.until(1);
  const [from = 0] = numbers(second);
  await second.until(1000 - from);
  expect(numbers(second)).toEqual(range(from, 1000));
  // Of what it has answered, it may not have written the last.
  await first.until(from - 1);
  expect(numbers(first).slice(0, from - 1)).toEqual(range(0, from - 1));
});
