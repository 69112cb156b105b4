/** Whatever a server answers: a typed error or an outcome, in time and without growing. */
import type { TLSSocket } from 'node:tls';
import { expect, jest, test } from '@jest/globals';
import { createClient, NscaNgError } from '../../../src/nsca-ng-client/index.js';
import { IDENTITY, KEY, scriptedServer } from '../../unit/nsca-ng-client/scripted-server.js';
import { collectGarbage } from '../../support/collect-garbage.js';
import { ANSWERS, forAnswers } from '../../support/mutated-answers.js';
import { seconds } from '../../support/where.js';
import { dice } from '../../support/seeded.js';

jest.setTimeout(forAnswers(seconds(60)));

const AT_ONCE = 20;
/** Milliseconds for an answer: many times what one takes, and waited for by one connection in ten. */
const TIMEOUT = 100;
/** Bytes of heap that a conversation may keep: half of the least leak that is worth to be found. */
const MOST_HEAP = 512;
const PHASES = 4;

const SAYINGS = ['MOIN 1', 'OKAY', "FAIL You're not authorized", 'BAIL Connection timed out', 'PONG 1', ''];

/** An answer that is as it should be, or is not any more. */
function mutated(right: string, roll: (below: number) => number): Buffer {
  const line = Buffer.from(`${right}\r\n`);
  switch (roll(14)) {
    case 0:
      line[roll(line.length)] = roll(256);
      return line;
    case 1:
      return line.subarray(0, roll(line.length));
    case 2:
      return Buffer.concat([line, line]);
    case 3:
      return Buffer.from(`${SAYINGS[roll(SAYINGS.length)] ?? ''}\r\n`);
    case 4:
      return Buffer.from(Array.from({ length: roll(3000) }, () => roll(256)));
    default:
      return line;
  }
}

/** Answers whatever comes, once a read, and leaves now and then. */
function behave(socket: TLSSocket, roll: (below: number) => number): void {
  let isFirst = true;
  socket.on('data', () => {
    const leave = roll(20);
    if (leave === 0) socket.destroy();
    else if (leave === 1) socket.end(mutated('OKAY', roll));
    else if (isFirst) socket.write(Buffer.concat([mutated('MOIN 1', roll), mutated('OKAY', roll)]));
    else socket.write(mutated('OKAY', roll));
    isFirst = false;
  });
}

function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test(`${ANSWERS} conversations with mutated answers`, async () => {
  const roll = dice(1);
  const fake = await scriptedServer(
    (socket) => {
      behave(socket, roll);
    },
    // Without tickets, for which each conversation would wait: Node.js as a server sends none.
    { maxVersion: 'TLSv1.2' },
  );
  const { server, port } = fake;
  const seen = new Map<string, number>();
  let longest = 0;
  const converse = async () => {
    const client = createClient({ server, port, identity: IDENTITY, key: KEY, timeout: TIMEOUT });
    const start = performance.now();
    const outcomes = await client.send([{ host: 'gw01', service: 'fds', returnCode: 0, output: 'x' }]);
    longest = Math.max(longest, performance.now() - start);
    await client.close();
    expect(outcomes).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status !== 'accepted') expect(outcome.error).toBeInstanceOf(NscaNgError);
      const code = outcome.status === 'accepted' ? 'accepted' : outcome.error.code;
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }
  };
  let next = 0;
  const workers = (until: number) =>
    Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (; next < until; next++) await converse();
      }),
    );
  try {
    const phase = ANSWERS / (1 + PHASES);
    await workers(phase);
    const looks = [heap()];
    for (let i = 1; i <= PHASES; i++) {
      await workers((1 + i) * phase);
      looks.push(heap());
    }
    // A leak grows in each of them, what is only given back late does not: the least growth counts.
    const growth = looks.slice(1).map((after, i) => after - (looks[i] ?? 0));
    expect(Math.min(...growth) / phase).toBeLessThan(MOST_HEAP);
  } finally {
    await fake.close();
  }
  for (const code of ['accepted', 'refused', 'closed', 'not-nsca-ng', 'timeout'])
    expect([code, (seen.get(code) ?? 0) > 20]).toEqual([code, true]);
  const known = ['accepted', 'refused', 'closed', 'not-nsca-ng', 'timeout', 'unreachable'];
  expect([...seen.keys()].filter((code) => !known.includes(code))).toEqual([]);
  // Two connections of three answers each. This is for what hangs, and for twenty of them at once on any machine.
  expect(longest).toBeLessThan(60_000);
});
