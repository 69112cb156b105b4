import { describe, expect, it } from '@jest/globals';
import { deliverBy } from '../../../src/destinations/nsca.js';
import { NscaError, type NscaErrorCode, type SendOutcome } from '../../../src/nsca-client/index.js';
import { result } from '../delivery/fake-destination.js';

const never = new AbortController().signal;

describe('an NSCA destination', () => {
  const sent: SendOutcome = { status: 'sent' };
  const failed = (code: NscaErrorCode): SendOutcome => ({
    status: 'failed',
    error: new NscaError(code, `it is ${code}`),
  });
  const rejected: SendOutcome = { status: 'rejected', error: new NscaError('rejected', 'it hung up') };

  it('tells of each result what became of it', async () => {
    const outcomes = [sent, rejected, failed('unreachable'), failed('invalid-result')];
    const deliver = deliverBy({ send: () => Promise.resolve(outcomes) });
    const results = outcomes.map((_, number) => result(number));
    expect(await deliver(results, never)).toEqual([
      { status: 'delivered' },
      { status: 'failed', failure: 'rejected', reason: 'it hung up' },
      { status: 'failed', failure: 'unreachable', reason: 'it is unreachable' },
      { status: 'refused', by: 'sender', reason: 'it is invalid-result' },
    ]);
  });

  it('sends what a plugin would print, and hands the signal and what wants to know on', async () => {
    const seen: unknown[] = [];
    const send = (...parameters: unknown[]) => {
      seen.push(...parameters);
      return Promise.resolve([sent]);
    };
    const late = result(1, {
      state: 'CRITICAL',
      text: 'FDS CRITICAL - x',
      perfdata: [{ label: 'fds', value: 81, unit: '', min: 0 }],
      longOutput: ['one'],
      delay: 240_000,
    });
    const onWritten = () => undefined;
    await deliverBy({ send })([late], never, onWritten);
    const output = 'FDS CRITICAL - x (delayed 4m) |fds=81;;;0;\none';
    expect(seen).toEqual([
      [{ host: 'gw01', service: 'broker fds', returnCode: 2, output }],
      never,
      onWritten,
    ]);
  });
});
