import { describe, expect, it } from '@jest/globals';
import { dryRunTo } from '../../../src/destinations/index.js';
import { result } from '../delivery/fake-destination.js';

const never = new AbortController().signal;

describe('a dry run', () => {
  it('prints each result as a line, in order', async () => {
    const lines: string[] = [];
    const destination = dryRunTo((line) => lines.push(line));
    const delivered = { status: 'delivered' };
    expect(await destination.deliver([result(1), result(2)], never)).toEqual([delivered, delivered]);
    expect(lines).toEqual(['gw01\tbroker fds\t0\t1', 'gw01\tbroker fds\t0\t2']);
  });
});
