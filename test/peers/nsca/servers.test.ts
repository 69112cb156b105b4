/** Two of Debian's nsca daemons for one destination: one is killed, and comes back. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nsca, serversOf, type NscaSettings } from '../../../src/destinations/nsca.js';
import { deliverToOneOf } from '../../../src/destinations/servers.js';
import { NscaDaemon, PASSWORD } from '../../../rig/servers/nsca-daemon.js';
import { NumberedOutbox, numbers, range, SERVICES } from '../../support/numbered-outbox.js';
import { seconds } from '../../support/where.js';

jest.setTimeout(seconds(120));

let folder: string;
let first: NscaDaemon;
let second: NscaDaemon;
let results: NumberedOutbox;
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
    packetSize: 4304,
    passwordFile: join(folder, 'nsca.password'),
  };
  uptime = 0;
  const deliver = deliverToOneOf(serversOf(settings), { uptime: () => uptime });
  results = new NumberedOutbox({ name: nsca.nameOf(settings), deliver });
});

afterEach(async () => {
  await results.outbox.stop();
  await first.stop();
  await second.stop();
  rmSync(folder, { recursive: true });
});

it('nothing is lost, each service keeps its order, and the first has them again', async () => {
  results.push(200);
  await results.sent(200);
  expect(numbers(second)).toEqual([]);
  await first.end();
  for (let round = 0; round < 10; round++) {
    results.push(20);
    await nextTurn();
  }
  await results.sent(400);
  // All of it at once, without the delay of an outage.
  expect(numbers(first)).toHaveLength(200);
  expect(numbers(second)).toEqual(range(200, 400));
  expect(results.told()).toEqual([
    expect.stringMatching(
      /^warning nsca 127\.0\.0\.1:\d+, 127\.0\.0\.2:\d+: 127\.0\.0\.2 takes the results, since Cannot connect to 127\.0\.0\.1/,
    ),
  ]);
  expect(results.outbox.status()).toMatchObject({ server: '127.0.0.2', waiting: 0 });

  await first.begin();
  uptime = 30_000;
  // This has it asked, and another time the next have found it there.
  while (!results.log.some((line) => line.startsWith('notice '))) {
    results.push(1);
    await results.sent();
  }
  expect(results.log.find((line) => line.startsWith('notice '))).toMatch(
    /: 127\.0\.0\.1 takes the results again$/,
  );
  expect(numbers(second)).not.toContain(results.pushed - 1);
  expect(numbers(first)).toContain(results.pushed - 1);
  const all = [...numbers(first), ...numbers(second)];
  expect(all.toSorted((a, b) => a - b)).toEqual(range(0, results.pushed));
  for (const daemon of [first, second])
    for (const service of SERVICES) {
      const own = daemon.results().flatMap((one) => (one.service === service ? Number(one.output) : []));
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
});

it('one that is killed with results under way has them taken by the other', async () => {
  results.push(50);
  await nextTurn();
  first.signal('SIGKILL');
  await results.sent(1);
  await results.sent(50);
  // Whether it had read some of them, nobody knows: they may be there twice, and are nowhere lost.
  const all = new Set([...numbers(first), ...numbers(second)]);
  expect([...all].filter((number) => number >= results.pushed - 50)).toHaveLength(50);
  expect(numbers(second).at(-1)).toBe(results.pushed - 1);
});
