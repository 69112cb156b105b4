import { afterEach, describe, expect, test } from '@jest/globals';
import { createClient, Password, type NscaResult } from '../../../src/nsca-client/index.js';
import { receiving, type Receiving } from './receiving.js';

const password = Password.fromText('a password of the test');
let receiver: Receiving;
afterEach(() => receiver.close());

const RESULTS: NscaResult[] = [
  {
    host: 'web1',
    service: 'fd limit nginx',
    returnCode: 2,
    output: 'CRITICAL - 51 of 64 | fds=51;40;50;0;64',
  },
  { host: 'web1', returnCode: 0, output: 'up' },
  { host: 'wéb2', service: 'Größe', returnCode: 1, output: 'WARNING – ∑ 🙂\nfirst long line\nsecond' },
  { host: 'h'.repeat(63), service: 's'.repeat(127), returnCode: 3, output: 'o'.repeat(4095) },
  { host: 'web3', service: 'silent', returnCode: 0, output: '' },
];

describe.each([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 20, 23, 26])('method %i', (encryption) => {
  test('what the client sends arrives at the receiver unchanged', async () => {
    receiver = await receiving({ encryption, password });
    const client = createClient({
      server: receiver.address,
      port: receiver.port,
      encryption,
      password,
      rejectionWindow: 50,
    });
    expect(await client.send(RESULTS)).toEqual(RESULTS.map(() => ({ status: 'sent' })));
    const events = await receiver.count(RESULTS.length);
    expect(events.map((event) => event.type === 'result' && event.result)).toEqual(RESULTS);
  });

  test('another password is rejected', async () => {
    receiver = await receiving({ encryption, password });
    const client = createClient({
      server: receiver.address,
      port: receiver.port,
      // Without encryption there is no wrong password, only a wrong method.
      encryption: encryption === 0 ? 1 : encryption,
      password: Password.fromText('another one'),
    });
    expect(await client.send(RESULTS)).toEqual(
      RESULTS.map(() => ({ status: 'rejected', error: expect.objectContaining({ code: 'rejected' }) })),
    );
    expect(receiver.events).toEqual([expect.objectContaining({ type: 'refusal', reason: 'version' })]);
  });
});
