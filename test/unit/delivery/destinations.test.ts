import { describe, expect, it } from '@jest/globals';
import { dryRun, nscaDestination, sendNscaLine } from '../../../src/delivery/index.js';
import { NscaError, type NscaErrorCode, type SendOutcome } from '../../../src/nsca-client/index.js';
import { result } from './fake-destination.js';

const never = new AbortController().signal;

describe('sendNscaLine', () => {
  it('separates the fields by tabs, and writes a newline as \\n', () => {
    expect(sendNscaLine({ host: 'gw01', service: 'broker fds', returnCode: 2, output: 'a |b=1\nc\nd' })).toBe(
      String.raw`gw01	broker fds	2	a |b=1\nc\nd`,
    );
  });
});

describe('a dry run', () => {
  it('prints each result as a line, in order', async () => {
    const lines: string[] = [];
    const destination = dryRun((line) => lines.push(line));
    expect(await destination.deliver([result(1), result(2)], never)).toEqual({ status: 'delivered' });
    expect(lines).toEqual(['gw01\tbroker fds\t0\t1', 'gw01\tbroker fds\t0\t2']);
  });
});

describe('an NSCA destination', () => {
  const sent: SendOutcome = { status: 'sent' };
  const failed = (code: NscaErrorCode): SendOutcome => ({
    status: 'failed',
    error: new NscaError(code, `it is ${code}`),
  });
  const rejected: SendOutcome = { status: 'rejected', error: new NscaError('rejected', 'it hung up') };

  it.each<[string, SendOutcome[], object]>([
    ['sent', [sent, sent], { status: 'delivered' }],
    ['rejected', [rejected, rejected], { status: 'rejected', reason: 'it hung up' }],
    [
      'not sent for want of a server',
      [failed('unreachable'), failed('unreachable')],
      { status: 'unreachable', reason: 'it is unreachable' },
    ],
    [
      'sent but for one that cannot be',
      [sent, failed('invalid-result'), sent],
      { status: 'invalid', reason: 'it is invalid-result' },
    ],
    [
      'rejected beside one that cannot be sent',
      [failed('invalid-result'), rejected],
      { status: 'rejected', reason: 'it hung up' },
    ],
    [
      'not sent beside one that cannot be',
      [failed('invalid-result'), failed('unreachable')],
      { status: 'unreachable', reason: 'it is unreachable' },
    ],
  ])('tells that a batch was %s', async (_what, outcomes, delivery) => {
    const destination = nscaDestination('nsca', { send: () => Promise.resolve(outcomes) });
    expect(
      await destination.deliver(
        outcomes.map((_, number) => result(number)),
        never,
      ),
    ).toEqual(delivery);
  });

  it('hands the results, the signal and what wants to know on', async () => {
    const seen: unknown[] = [];
    const send = (...parameters: unknown[]) => {
      seen.push(...parameters);
      return Promise.resolve([sent]);
    };
    const results = [result(1)];
    const onWritten = () => undefined;
    await nscaDestination('nsca', { send }).deliver(results, never, onWritten);
    expect(seen).toEqual([results, never, onWritten]);
  });
});
