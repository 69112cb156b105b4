/** Two of Debian's nsca-ng servers for one destination: one is killed, and comes back. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nscaNg, serversOf, type NscaNgSettings } from '../../../src/destinations/nsca-ng.js';
import { deliverToOneOf } from '../../../src/destinations/servers.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../../../rig/servers/nsca-ng-server.js';
import { NumberedOutbox, numbers, range, SERVICES } from '../../support/numbered-outbox.js';
import { seconds } from '../../support/where.js';

jest.setTimeout(seconds(120));

let folder: string;
let first: NscaNgServer;
let second: NscaNgServer;
let results: NumberedOutbox;
let uptime: number;

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
  uptime = 0;
  const deliver = deliverToOneOf(serversOf(settings), { uptime: () => uptime });
  results = new NumberedOutbox({ name: nscaNg.nameOf(settings), deliver });
});

afterEach(async () => {
  await results.outbox.stop();
  await first.stop();
  await second.stop();
  rmSync(folder, { recursive: true });
});

it('one that is killed has the next take over at once, and gets results again when it is back', async () => {
  results.push(100);
  await results.sent(100);
  await first.until(100);
  expect(numbers(second)).toEqual([]);
  await first.end('SIGKILL');
  results.push(100);
  await results.sent(200);
  await second.until(100);
  expect(numbers(second)).toEqual(range(100, 200));
  expect(results.told()).toEqual([
    expect.stringMatching(
      /^warning nsca-ng gw01@127\.0\.0\.1:\d+, gw01@127\.0\.0\.2:\d+: 127\.0\.0\.2 takes the results, since Cannot connect to 127\.0\.0\.1/,
    ),
  ]);

  await first.begin();
  uptime = 30_000;
  // This has it asked, and another time the next have found it there.
  while (!results.log.some((line) => line.startsWith('notice '))) {
    results.push(1);
    await results.sent();
  }
  expect(results.told().at(-1)).toMatch(/: 127\.0\.0\.1 takes the results again$/);
  await first.until(101);
  expect(numbers(first).at(-1)).toBe(results.pushed - 1);
  expect([...numbers(first), ...numbers(second)].toSorted((a, b) => a - b)).toEqual(range(0, results.pushed));
});

it('one that is killed with results under way loses at most what it had in its memory, and no order', async () => {
  results.push(1000);
  await first.until(50);
  await first.end('SIGKILL');
  await results.sent(1000);
  await second.until(1);
  const [from = 0] = numbers(second);
  await second.until(1000 - from);
  expect(numbers(second)).toEqual(range(from, 1000));
  // Of what it has answered, it may not have written the last.
  await first.until(from - 1);
  expect(numbers(first).slice(0, from - 1)).toEqual(range(0, from - 1));
});
