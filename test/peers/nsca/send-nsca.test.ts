/** Debian's send_nsca against our receiver, in each method that it can open. */
import { describe, expect, test } from '@jest/globals';
import { Password, type NscaResult } from '../../../src/nsca-client/index.js';
import { receiving, type Receiving } from '../../unit/nsca-client/receiving.js';
import { PASSWORD } from '../../../rig/servers/nsca-daemon.js';
import { sendNsca } from '../../../rig/servers/send-nsca.js';

const METHODS = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 20, 23, 26];

const RESULTS: NscaResult[] = [
  {
    host: 'web1',
    service: 'fd limit nginx',
    returnCode: 2,
    output: 'CRITICAL - 51 of 64 open | fds=51;40;50;0;64',
  },
  { host: 'web1', returnCode: 1, output: 'DOWN' },
  { host: 'größe-☃', service: 'Füllstand 🙂 日本', returnCode: 3, output: 'WARNING – 87 % ∑ 🙂' },
  { host: 'web2', service: 'long', returnCode: 0, output: 'OK | a=1\nline two\nback\\slash\nlast' },
  { host: 'h'.repeat(63), service: 's'.repeat(127), returnCode: 1, output: 'o'.repeat(511) },
];
const LONGEST: NscaResult = { host: 'web3', service: 'longest', returnCode: 1, output: 'o'.repeat(4095) };

const ETB = '\x17';
const inputOf = (results: readonly NscaResult[]) =>
  results
    .map(({ host, service, returnCode, output }) =>
      [host, ...(service === undefined ? [] : [service]), returnCode, output].join('\t'),
    )
    .join(ETB);

async function withReceiver(method: number, use: (receiver: Receiving) => Promise<void>): Promise<void> {
  const receiver = await receiving({ encryption: method, password: Password.fromText(PASSWORD) });
  try {
    await use(receiver);
  } finally {
    await receiver.close();
  }
}

describe.each(METHODS)('method %i', (method) => {
  test('what send_nsca sends arrives unchanged', async () => {
    await withReceiver(method, async (receiver) => {
      const results = [...RESULTS, LONGEST];
      const { status } = await sendNsca({ port: receiver.port, method }, inputOf(results));
      expect(status).toBe(0);
      const events = await receiver.count(results.length);
      expect(events).toEqual(
        results.map((result) => expect.objectContaining({ type: 'result', packetSize: 4304, result })),
      );
    });
  });

  test('what send_nsca --legacy-2-7-mode sends arrives unchanged', async () => {
    await withReceiver(method, async (receiver) => {
      const options = ['--legacy-2-7-mode'];
      const { status } = await sendNsca({ port: receiver.port, method, options }, inputOf(RESULTS));
      expect(status).toBe(0);
      const events = await receiver.count(RESULTS.length);
      expect(events).toEqual(
        RESULTS.map((result) => expect.objectContaining({ type: 'result', packetSize: 720, result })),
      );
    });
  });

  test('another password is refused', async () => {
    await withReceiver(method, async (receiver) => {
      // Its status is no use: 0 when it was done before it could notice, and else a broken pipe ends it.
      // Without encryption there is no wrong password, only a wrong method.
      const other = method === 0 ? { method: 1 } : { method, password: 'not the password' };
      await sendNsca({ port: receiver.port, ...other }, inputOf(RESULTS));
      expect(await receiver.count(1)).toEqual([
        expect.objectContaining({ type: 'refusal', reason: 'version' }),
      ]);
    });
  });
});
