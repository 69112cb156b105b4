import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Outbox } from '../../../src/delivery/index.js';
import type { ServiceResult, State } from '../../../src/services/index.js';
import { type Answer, FakeDestination, result } from './fake-destination.js';
import { FakeStore } from './fake-store.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** After which the first try follows. */
const FIRST = 2 * SECOND;

describe('the outbox of a destination', () => {
  let destination: FakeDestination;
  let store: FakeStore;
  let outbox: Outbox;
  let log: string[];
  let random: number;

  const make = ({
    omitsDetails = false,
    isAwaited,
    heartbeat,
    before,
  }: {
    omitsDetails?: boolean;
    heartbeat?: number;
    before?: Outbox;
    isAwaited?: ((result: ServiceResult) => boolean) | undefined;
  } = {}) =>
    new Outbox(
      {
        destination,
        ...(isAwaited && { isAwaited }),
        before,
        heartbeat,
        log: Object.assign((level: string, message: string) => log.push(`${level} ${message}`), {
          omitsDetails,
        }),
        now: Date.now,
        random: () => random,
      },
      store,
    );

  beforeEach(() => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    destination = new FakeDestination();
    store = new FakeStore();
    log = [];
    // The middle of the jitter.
    random = 0.5;
    outbox = make();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
  const push = async (...numbers: number[]) => {
    for (const number of numbers) outbox.push(result(number));
    await pass(0);
  };
  const pushState = async (number: number, state: State, rest: Partial<ServiceResult> = {}) => {
    outbox.push(result(number, { state, ...rest }));
    await pass(0);
  };
  const write = async () => {
    destination.last.write();
    await pass(0);
  };
  const answer = async (answers: Answer | readonly Answer[], which = destination.last) => {
    which.answer(answers);
    await pass(0);
  };
  const warnings = () => log.filter((line) => !line.startsWith('detail '));
  const batches = () => destination.batches;

  describe('while it can be reached', () => {
    it('delivers what happens in one instant together, in order', async () => {
      await push(1, 2, 3);
      expect(batches()).toEqual([['1', '2', '3']]);
    });

    it('sends what comes while a batch is written together after it, and does not wait for its outcome', async () => {
      await push(1);
      await push(2);
      await push(3);
      expect(batches()).toEqual([['1']]);
      await write();
      expect(batches()).toEqual([['1'], ['2', '3']]);
      await write();
      await push(4);
      expect(batches()).toEqual([['1'], ['2', '3'], ['4']]);
    });

    it('goes on after the outcome, where a destination does not tell that it has written', async () => {
      await push(1);
      await push(2);
      await answer('delivered');
      expect(batches()).toEqual([['1'], ['2']]);
    });

    it('tells each result that was sent, and nothing else', async () => {
      await push(1, 2);
      await write();
      expect(log).toEqual([]);
      await answer('delivered');
      expect(log).toEqual([1, 2].map((number) => `detail fake: sent gw01\tbroker fds\t0\t${number}`));
    });

    it('puts nothing into words of what was delivered for a log that omits it', async () => {
      outbox = make({ omitsDetails: true });
      await push(1);
      await answer('delivered');
      expect([outbox.status().waiting, log]).toEqual([0, []]);
    });

    it('never touches the disk, and keeps no timer while nothing waits', async () => {
      for (let number = 0; number < 100; number++) {
        await push(number);
        await pass(20);
        await write();
        expect(jest.getTimerCount()).toBe(0);
      }
      await pass(1500);
      for (const delivery of destination.deliveries) await answer('delivered', delivery);
      expect(jest.getTimerCount()).toBe(0);
      await outbox.stop();
      expect(store.writes).toBe(0);
    });

    it('never touches the disk though something always waits, for less than 200 ms', async () => {
      await push(0);
      for (let number = 1; number < 100; number++) {
        await pass(100);
        await push(number);
        await write();
      }
      expect(store.writes).toBe(0);
    });

    it('is in order whatever its size, but keeps the newest only of more than 1000 that wait', async () => {
      await push(0);
      await push(...Array.from({ length: 999 }, (_, i) => i + 1));
      await write();
      expect(destination.last.results).toHaveLength(999);
      await push(...Array.from({ length: 1002 }, (_, i) => i));
      await write();
      expect(destination.last.outputs).toEqual(['1001']);
    });
  });

  describe('when it cannot be reached', () => {
    it('tries again after 2 s, 4 s, 8 s and so on, up to 5 min', async () => {
      await push(1);
      for (const seconds of [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
        const tries = batches().length;
        await answer('unreachable');
        await pass(seconds * SECOND - 1);
        expect(batches()).toHaveLength(tries);
        await pass(1);
        expect(batches()).toHaveLength(tries + 1);
      }
    });

    it.each([
      [0, 1000],
      [1, 3000],
    ])('spreads the tries of many gateways (%d gives %d ms)', async (chance, milliseconds) => {
      random = chance;
      await push(1);
      await answer('unreachable');
      await pass(milliseconds - 1);
      expect(batches()).toHaveLength(1);
      await pass(1);
      expect(batches()).toHaveLength(2);
    });

    it('keeps the newest of each service, in the order in which they came', async () => {
      outbox.push(result(1));
      outbox.push(result(2, { service: 'other' }));
      await push(3);
      await answer('unreachable');
      await push(4);
      expect(outbox.status().waiting).toBe(2);
      await pass(FIRST);
      expect(batches()).toEqual([
        ['1', '2', '3'],
        ['2', '4'],
      ]);
    });

    it('takes back what was written, unless a newer of the service has come since', async () => {
      outbox.push(result(1));
      outbox.push(result(2, { service: 'other' }));
      await pass(0);
      await write();
      await push(3);
      await write();
      const [first, second] = destination.deliveries;
      await answer('unreachable', first);
      // The other is still under way, and may arrive.
      await pass(MINUTE);
      expect(batches()).toHaveLength(2);
      await answer('unreachable', second);
      await pass(FIRST);
      expect(destination.last.results.map(({ service, text }) => `${service} ${text}`)).toEqual([
        'other 2',
        'broker fds 3',
      ]);
    });

    it('never sends what is older than what has arrived', async () => {
      await push(1);
      await write();
      await push(2);
      await write();
      const [first, second] = destination.deliveries;
      await answer('delivered', second);
      await answer('unreachable', first);
      await pass(MINUTE);
      expect(batches()).toEqual([['1'], ['2']]);
      expect(outbox.status()).toMatchObject({ waiting: 0 });
    });

    it('counts no failure of what was overtaken, in its own batch or by another', async () => {
      outbox.push(result(1, { state: 'CRITICAL' }));
      outbox.push(result(2, { service: 'other' }));
      await push(3);
      await answer(['unreachable', 'delivered', 'delivered']);
      await push(4);
      await write();
      await push(5);
      await answer('delivered');
      await answer('unreachable', destination.deliveries[1]);
      expect(warnings()).toEqual([]);
      expect(outbox.status()).toEqual({ name: 'fake', waiting: 0, lastDelivery: Date.now() });
      expect(jest.getTimerCount()).toBe(0);
      // An alarm waits for nothing.
      await pushState(6, 'CRITICAL');
      expect(batches().at(-1)).toEqual(['6']);
    });

    it('says what is wrong at each try, and when it is over', async () => {
      await push(1);
      await answer('unreachable');
      outbox.push(result(2, { service: 'other' }));
      await pass(FIRST);
      await answer('unreachable');
      await pass(2 * FIRST);
      await answer('delivered');
      expect(warnings()).toEqual([
        'warning fake: it is unreachable (1 result waits, next try in 2 s)',
        'warning fake: it is unreachable (2 results wait, next try in 4 s)',
        'notice fake: delivers again',
      ]);
    });

    describe('and a heartbeat is all that waits', () => {
      const waits = (seconds: number) =>
        `warning fake: it is unreachable (1 result waits, next try in ${seconds} s)`;
      const told = { cause: 'heartbeat' } as const;
      const isTried = async (times: number, seconds: number) => {
        await pass((seconds - 1) * SECOND);
        expect(batches()).toHaveLength(times - 1);
        await pass(SECOND);
        expect(batches()).toHaveLength(times);
      };

      beforeEach(async () => {
        outbox = make({ heartbeat: 5 * MINUTE });
        await pushState(1, 'OK', told);
        await answer('unreachable');
      });

      it('is tried once, at any time until the next one, and then with each', async () => {
        await isTried(2, 30);
        await answer('unreachable');
        const withNext = 'warning fake: it is unreachable (1 result waits, next try with the next heartbeat)';
        expect(warnings()).toEqual([waits(30), withNext]);
        expect(outbox.status()).toMatchObject({ waiting: 1, waitsForHeartbeat: true });
        await pass(60 * MINUTE);
        expect(batches()).toHaveLength(2);
        await pushState(2, 'OK', told);
        expect(batches()).toHaveLength(3);
        expect(outbox.status()).not.toHaveProperty('waitsForHeartbeat');
        await answer('unreachable');
        expect(warnings().at(-1)).toBe(withNext);
        await pushState(3, 'OK', told);
        await answer('delivered');
        expect(outbox.status()).toMatchObject({ waiting: 0 });
      });

      it('is tried between them as well, where they are rare', async () => {
        await outbox.stop();
        outbox = make({ heartbeat: 60 * MINUTE });
        await pushState(1, 'OK', told);
        await answer('unreachable');
        await isTried(3, 30);
        await answer('unreachable');
        await isTried(4, 300);
      });

      it('is spread widely, since those may all have lost theirs at the same moment', async () => {
        for (random of [0, 1]) {
          outbox = make({ heartbeat: 5 * MINUTE });
          await pushState(1, 'OK', told);
          await answer('unreachable');
        }
        expect(warnings().slice(1)).toEqual([waits(12), waits(48)]);
      });

      it('is tried with what comes and is new, as soon as that would be', async () => {
        await pass(10 * SECOND);
        await pushState(2, 'OK', { cause: 'report' });
        await isTried(2, 2);
        await answer('unreachable');
        expect(warnings().at(-1)).toBe(waits(4));
      });

      it('is tried at once with what comes and is new, when it was left to the next one', async () => {
        await isTried(2, 30);
        await answer('unreachable');
        await pushState(2, 'OK', { cause: 'report' });
        expect(batches()).toHaveLength(3);
        await answer('unreachable');
        expect(warnings().at(-1)).toBe(waits(8));
      });

      it('stays news where it takes the place of what was', async () => {
        outbox = make({ heartbeat: 5 * MINUTE });
        await pushState(1, 'OK', { cause: 'change' });
        await answer('unreachable');
        await pushState(2, 'OK', told);
        await isTried(3, 2);
        await answer('unreachable');
        expect(warnings().slice(1)).toEqual([waits(2), waits(4)]);
      });
    });

    it('says so once for all batches of a connection', async () => {
      for (const number of [1, 2, 3]) {
        await push(number);
        await write();
      }
      for (const delivery of destination.deliveries) delivery.answer('unreachable');
      await pass(0);
      expect(warnings()).toEqual(['warning fake: it is unreachable (1 result waits, next try in 2 s)']);
    });

    it('begins anew with 2 s after it was reached', async () => {
      await push(1);
      await answer('unreachable');
      await pass(FIRST);
      await answer('unreachable');
      await pass(2 * FIRST);
      await answer('delivered');
      await push(2);
      await answer('unreachable');
      await pass(FIRST);
      expect(batches()).toHaveLength(5);
    });

    it('does not try earlier for what comes meanwhile', async () => {
      await push(1);
      await answer('unreachable');
      await pass(FIRST - 1);
      await push(2);
      expect(batches()).toHaveLength(1);
    });

    it('tries earlier for a worsening, but not more often than each 30 s', async () => {
      await push(1);
      for (const seconds of [2, 4, 8, 16, 32, 64, 128]) {
        await answer('unreachable');
        await pass(seconds * SECOND);
      }
      await answer('unreachable');
      const tries = batches().length;
      await pass(10 * SECOND);
      await pushState(2, 'CRITICAL', { worsened: true });
      await pass(20 * SECOND - 1);
      expect(batches()).toHaveLength(tries);
      await pass(1);
      expect(batches()).toHaveLength(tries + 1);
      await answer('unreachable');
      await pass(MINUTE);
      await pushState(3, 'UNKNOWN', { worsened: true });
      expect(batches()).toHaveLength(tries + 2);
    });
  });

  describe('when it rejects', () => {
    it('tries slower, after 30 s, 60 s and so on, up to 30 min, and says so as an error', async () => {
      await push(1);
      for (const seconds of [30, 60, 120, 240, 480, 960, 1800, 1800]) {
        const tries = batches().length;
        await answer('rejected');
        await pass(seconds * SECOND - 1);
        expect(batches()).toHaveLength(tries);
        await pass(1);
        expect(batches()).toHaveLength(tries + 1);
      }
      expect(log.slice(0, 2)).toEqual([
        'error fake: it is rejected (1 result waits, next try in 30 s)',
        'error fake: it is rejected (1 result waits, next try in 60 s)',
      ]);
    });

    it('does not try earlier for a worsening', async () => {
      await push(1);
      await answer('rejected');
      await pass(30 * SECOND);
      await answer('rejected');
      await pushState(2, 'CRITICAL', { worsened: true });
      await pass(59 * SECOND);
      expect(batches()).toHaveLength(2);
    });

    it('does not count what was unreachable before', async () => {
      await push(1);
      for (const seconds of [2, 4, 8]) {
        await answer('unreachable');
        await pass(seconds * SECOND);
      }
      await answer('rejected');
      await pass(30 * SECOND);
      expect(batches()).toHaveLength(5);
    });

    it('is a rejection, whatever became of other results', async () => {
      await push(1, 2);
      await answer(['unreachable', 'rejected']);
      expect(warnings()).toEqual(['error fake: it is rejected (1 result waits, next try in 30 s)']);
      await pass(30 * SECOND);
      await push(3);
      await answer(['rejected']);
      expect(warnings().slice(1)).toEqual(['error fake: it is rejected (1 result waits, next try in 60 s)']);
    });

    it('is a rejection, whatever became of other batches', async () => {
      await push(1);
      await write();
      await push(2);
      await answer('rejected', destination.deliveries[0]);
      await answer('unreachable', destination.deliveries[1]);
      expect(warnings()).toEqual(['error fake: it is rejected (1 result waits, next try in 30 s)']);
    });
  });

  describe('of whose results one is refused', () => {
    const pushBoth = async (number: number) => {
      outbox.push(result(number));
      outbox.push(result(number, { service: 'other' }));
      await pass(0);
    };

    it('delivers the others, and does not try that one again by itself', async () => {
      await pushBoth(1);
      await answer(['refused', 'delivered']);
      expect(outbox.status()).toMatchObject({ waiting: 0, lastDelivery: Date.now() });
      expect(jest.getTimerCount()).toBe(0);
      expect(batches()).toHaveLength(1);
      expect(log).toContain('detail fake: sent gw01\tother\t0\t1');
    });

    it('tries each next one, and says when it begins and when it ends', async () => {
      await pushBoth(1);
      await answer(['refused', 'delivered']);
      for (const number of [2, 3]) {
        await pass(MINUTE);
        await pushBoth(number);
        await answer(['refused', 'delivered']);
      }
      expect(batches()).toEqual([1, 2, 3].map((number) => [`${number}`, `${number}`]));
      await pushBoth(4);
      await answer('delivered');
      await pushBoth(5);
      await answer('delivered');
      expect(warnings()).toEqual([
        'warning fake: refuses broker fds of gw01, each next result of it is tried again: it is refused',
        'notice fake: takes broker fds of gw01 again',
      ]);
    });

    it('tells in its status which, why and since when', async () => {
      const since = Date.now();
      await pushBoth(1);
      await answer(['unsendable', 'delivered']);
      await pass(MINUTE);
      await pushBoth(2);
      await answer(['refused', 'delivered']);
      expect(outbox.status().refused).toEqual([
        { host: 'gw01', service: 'broker fds', by: 'server', reason: 'it is refused', since },
      ]);
      await pushBoth(3);
      await answer('delivered');
      expect(outbox.status()).not.toHaveProperty('refused');
    });

    it('tries what failed beside it again, and only that', async () => {
      await pushBoth(1);
      await answer(['refused', 'unreachable']);
      expect(outbox.status()).toMatchObject({ waiting: 1, lastError: 'it is unreachable' });
      await pass(FIRST);
      expect(destination.last.results).toMatchObject([{ service: 'other' }]);
      await answer('delivered');
      expect(outbox.status()).toMatchObject({ waiting: 0 });
    });

    it('begins no anew with 2 s as long as anything fails', async () => {
      await pushBoth(1);
      await answer(['delivered', 'unreachable']);
      await push(2);
      await pass(FIRST);
      await answer(['unreachable', 'delivered']);
      await pass(2 * FIRST - 1);
      expect(batches()).toHaveLength(2);
      await pass(1);
      await answer('delivered');
      expect(warnings()).toEqual([
        'warning fake: it is unreachable (1 result waits, next try in 2 s)',
        'warning fake: it is unreachable (1 result waits, next try in 4 s)',
        'notice fake: delivers again',
      ]);
    });

    it('never sends what is older than what was refused', async () => {
      await push(1);
      await write();
      await push(2);
      await answer('refused');
      await answer('unreachable', destination.deliveries[0]);
      await pass(MINUTE);
      expect(batches()).toEqual([['1'], ['2']]);
    });

    it('is well again after a refusal by the server, which has answered', async () => {
      await push(1);
      await answer('unreachable');
      await pass(FIRST);
      await answer('refused');
      expect(warnings().slice(1)).toEqual([
        'notice fake: delivers again',
        expect.stringContaining('refuses broker fds of gw01'),
      ]);
      expect(outbox.status()).not.toHaveProperty('lastError');
    });

    it('knows nothing of the server after a refusal on this side', async () => {
      await push(1);
      await answer('unreachable');
      await pass(FIRST);
      await answer('unsendable');
      expect(warnings().slice(1)).toEqual([
        'warning fake: cannot be sent broker fds of gw01, each next result of it is tried again: it is unsendable',
      ]);
      expect(outbox.status()).toMatchObject({ waiting: 0, lastError: 'it is unreachable' });
      await push(2);
      expect(batches()).toHaveLength(3);
    });

    it('leaves nothing on the disk', async () => {
      await pushBoth(1);
      await pass(200);
      expect(store.outputs).toEqual(['1', '1']);
      await answer(['refused', 'delivered']);
      expect(store.outputs).toEqual([]);
    });
  });

  describe('what arrived, and did not stay there', () => {
    const lose = async (...results: readonly ServiceResult[]) => {
      destination.last.lose(results, 'it is forgotten');
      await pass(0);
    };

    it('is delivered again after two seconds, when the server may be there again', async () => {
      await push(1);
      await answer('delivered');
      await lose(...destination.last.results);
      expect(store.outputs).toEqual([]);
      await pass(FIRST);
      expect(batches()).toEqual([['1'], ['1']]);
      await answer('delivered');
      expect(warnings()).toEqual([
        'warning fake: it is forgotten (1 result waits, next try in 2 s)',
        'notice fake: delivers again',
      ]);
      await pass(10 * MINUTE);
      expect(batches()).toHaveLength(2);
    });

    it('is delivered again at once, when another server has taken the place of the one that lost it', async () => {
      await push(1);
      await answer('delivered');
      const { results } = destination.last;
      destination.last.lose(results);
      await pass(0);
      expect(batches()).toEqual([['1'], ['1']]);
      await answer('delivered');
      // It is there now, whoever tells once more that it is not where it was.
      destination.last.lose(results);
      await pass(MINUTE);
      expect(batches()).toHaveLength(2);
      expect(warnings()).toEqual([]);
    });

    it.each(['delivered', 'refused'] as const)(
      'is over when something newer of its service was %s since, whatever the clock says',
      async (answered) => {
        await pushState(1, 'CRITICAL');
        const first = destination.last;
        await answer('delivered');
        await pushState(2, 'OK', { time: Date.now() - MINUTE });
        await answer(answered);
        // The server that had it ends its connection only now.
        first.lose(first.results);
        await lose(...first.results);
        await pass(MINUTE);
        expect(batches()).toEqual([['1'], ['2 (delayed 1m)']]);
        expect(outbox.status()).not.toHaveProperty('lastError');
      },
    );

    it('goes before what waits, and not after what is newer of its service', async () => {
      const other = (number: number) => result(number, { service: 'b' });
      await push(1);
      outbox.push(other(2));
      await pass(0);
      await answer('delivered');
      await push(3);
      // 2 is under way, and 3 waits.
      await lose(result(1), other(0), result(4, { service: 'c' }));
      await answer('delivered');
      await pass(FIRST);
      expect(batches()).toEqual([['1'], ['2'], ['4', '3']]);
    });

    it('waits for the same try as all else', async () => {
      await push(1);
      await answer('unreachable');
      await lose(result(2, { service: 'b' }));
      expect(warnings()).toHaveLength(1);
      await pass(FIRST);
      expect(batches()).toEqual([['1'], ['2', '1']]);
    });

    it('is nothing after stop()', async () => {
      await push(1);
      await answer('delivered');
      await outbox.stop();
      await lose(result(1));
      await pass(MINUTE);
      expect(batches()).toHaveLength(1);
      expect(log.filter((line) => line.startsWith('warning'))).toEqual([]);
    });
  });

  describe('what is late', () => {
    it.each([0, 9999, MINUTE])('says how late it is when it is sent: %d ms', async (age) => {
      outbox.push(result(1, { time: Date.now() - age }));
      await pass(0);
      expect(destination.last.results).toMatchObject([{ text: '1', delay: age }]);
    });

    it('counts from when the state began, not from its repetition', async () => {
      await push(0);
      await pushState(1, 'CRITICAL');
      await answer('unreachable');
      await pass(2 * SECOND);
      await answer('unreachable');
      await pass(SECOND);
      await pushState(2, 'CRITICAL', { cause: 'heartbeat' });
      await pass(3 * SECOND);
      await answer('unreachable');
      await pass(8 * SECOND);
      await answer('unreachable');
      await pass(16 * SECOND);
      expect(destination.last.outputs).toEqual(['2 (delayed 30s)']);
    });

    it('counts from when the state began again, when it was another in between', async () => {
      await pushState(1, 'CRITICAL');
      await answer('unreachable');
      await pass(2 * SECOND);
      await answer('unreachable');
      await pushState(2, 'OK');
      await pass(4 * SECOND);
      await answer('unreachable');
      await pushState(3, 'CRITICAL');
      await pass(8 * SECOND);
      await answer('unreachable');
      await pass(16 * SECOND);
      expect(destination.last.outputs).toEqual(['3 (delayed 24s)']);
    });

    it('counts the time for which the machine was suspended, and waits for no more than it ran', async () => {
      const begin = Date.now();
      let asleep = 0;
      outbox = new Outbox(
        {
          ...{ destination, log: () => undefined, random: () => random },
          uptime: () => Date.now() - asleep,
          clock: {
            fromWall: (time) => time - asleep,
            toWall: (time) => (time > begin ? time + asleep : time),
          },
        },
        store,
      );
      await push(1);
      await answer('unreachable');
      const time = Date.now();
      asleep = 60 * MINUTE;
      jest.setSystemTime(time + asleep);
      expect(outbox.status().nextTry).toBe(time + asleep + FIRST);
      await pass(FIRST);
      expect(destination.last.outputs).toEqual([expect.stringMatching(/^1 \(delayed 1h/)]);
    });

    describe('on a gateway that begins in 1970', () => {
      let clock: { now: number; uptime: number };

      beforeEach(() => {
        clock = { now: MINUTE, uptime: 0 };
        outbox = new Outbox(
          {
            destination,
            log: () => undefined,
            now: () => clock.now,
            uptime: () => clock.uptime,
            random: () => random,
          },
          store,
        );
      });

      /** The network comes up, and with it the time, so long after the start. */
      const learnTime = (uptime: number) => {
        clock = { now: 1_800_000_000_000, uptime };
      };

      it('counts by a clock that nobody sets', async () => {
        outbox.push(result(1, { time: MINUTE }));
        await pass(0);
        await answer('unreachable');
        learnTime(20 * SECOND);
        await pass(FIRST);
        expect(destination.last.outputs).toEqual(['1 (delayed 20s)']);
        await answer('unreachable');
        expect(store.content).toMatchObject([{ time: clock.now - clock.uptime }]);
      });

      it('has no other age for what arrived before, and was lost after the time was learnt', async () => {
        outbox.push(result(1, { time: MINUTE }));
        await pass(0);
        const { results } = destination.last;
        await answer('delivered');
        learnTime(30 * SECOND);
        destination.last.lose(results);
        await pass(0);
        expect(destination.last.outputs).toEqual(['1 (delayed 30s)']);
      });

      it('tells how long ago a result was taken, and another refused, by the same clock', async () => {
        outbox.push(result(1, { time: MINUTE }));
        outbox.push(result(1, { time: MINUTE, service: 'other' }));
        await pass(0);
        await answer(['refused', 'delivered']);
        learnTime(90 * SECOND);
        const { lastDelivery = 0, refused = [] } = outbox.status();
        expect([clock.now - lastDelivery, ...refused.map(({ since }) => clock.now - since)]).toEqual([
          90 * SECOND,
          90 * SECOND,
        ]);
      });
    });
  });

  describe('on disk', () => {
    it('is what is not written within 200 ms', async () => {
      await push(1);
      await pass(199);
      expect(store.writes).toBe(0);
      await pass(1);
      expect(store.outputs).toEqual(['1']);
    });

    it('is what comes back', async () => {
      await push(1);
      await write();
      await pass(MINUTE);
      expect(store.writes).toBe(0);
      await answer('unreachable');
      await pass(200);
      expect(store.outputs).toEqual(['1']);
    });

    it('is each newest state a second later at most, and once only', async () => {
      await push(1);
      await answer('unreachable');
      await pass(200);
      expect(store.outputs).toEqual(['1']);
      for (let number = 2; number < 100; number++) {
        await push(number);
        await pass(10);
      }
      await pass(FIRST);
      expect(store.outputs).toEqual(['99']);
      expect(store.writes).toBeLessThanOrEqual(3);
      const { writes } = store;
      await pass(60 * MINUTE);
      expect(store.writes).toBe(writes);
    });

    it('is tried again with the next try, and at the end, where it could not be written', async () => {
      store.fails = true;
      await push(1);
      await answer('unreachable');
      await pass(SECOND);
      store.fails = false;
      await pass(FIRST);
      await answer('unreachable');
      await pass(SECOND);
      expect(store.outputs).toEqual(['1']);
      store.fails = true;
      await push(2);
      await pass(SECOND);
      expect(store.outputs).toEqual(['1']);
      store.fails = false;
      await outbox.stop();
      expect(store.outputs).toEqual(['2']);
    });

    it('is removed later where that failed', async () => {
      await push(1);
      await pass(SECOND);
      store.fails = true;
      await answer('delivered');
      expect(store.outputs).toEqual(['1']);
      store.fails = false;
      await outbox.stop();
      expect(store.outputs).toEqual([]);
    });

    it('is nothing after the delivery', async () => {
      outbox.push(result(1));
      await pass(200);
      await write();
      // It may come back.
      expect(store.outputs).toEqual(['1']);
      await push(2);
      await write();
      await answer('delivered', destination.deliveries[0]);
      expect(store.outputs).toEqual([]);
      await answer('delivered');
      expect(jest.getTimerCount()).toBe(0);
      await outbox.stop();
      expect(store.outputs).toEqual([]);
    });
  });

  describe('made again on the same file', () => {
    const crash = (isAwaited?: (result: ServiceResult) => boolean) => {
      jest.clearAllTimers();
      destination = new FakeDestination();
      outbox = make({ isAwaited });
    };

    it('delivers what was there at once, and says how late it is', async () => {
      await push(1);
      await pass(200);
      crash();
      await pass(20 * SECOND);
      expect(batches()).toEqual([['1']]);
      await answer('unreachable');
      await pass(FIRST);
      expect(batches()[1]).toEqual(['1 (delayed 22s)']);
      await answer('delivered');
      expect(store.outputs).toEqual([]);
    });

    it('delivers in its place what is pushed at the start', async () => {
      await push(1);
      outbox.push(result(2, { service: 'other' }));
      await pass(200);
      crash();
      await push(3);
      expect(batches()).toEqual([['2', '3']]);
    });

    it('does not send what is older than what may have been delivered: it waits for a service that is awaited', async () => {
      await push(1);
      outbox.push(result(2, { service: 'other' }));
      await pass(200);
      crash(({ service }) => service === 'broker fds');
      await pass(20 * SECOND);
      expect(batches()).toEqual([['2']]);
      await answer('delivered');
      expect(outbox.status().waiting).toBe(1);
      // Another death before it was told.
      await pass(FIRST);
      expect(store.outputs).toEqual(['1']);
      await pushState(3, 'CRITICAL');
      expect(batches()[1]).toEqual(['3']);
      await answer('delivered');
      expect(store.outputs).toEqual([]);
    });

    it('says how late a state is that is still so, though its service was awaited', async () => {
      await push(1);
      await pass(200);
      crash(() => true);
      await pass(20 * SECOND);
      await push(2);
      expect(batches()).toEqual([['2 (delayed 20s)']]);
    });

    describe('that can be read only later', () => {
      let read: (value?: unknown) => void;

      beforeEach(async () => {
        await push(1);
        outbox.push(result(2, { service: 'other' }));
        await pass(200);
        store.answered = new Promise((resolve) => (read = resolve));
        crash(({ service }) => service !== 'other');
        await push(3);
        await answer('unreachable');
        await pass(SECOND);
      });

      it('is not written over before it is read, and then with all that was there', async () => {
        expect(store.outputs).toEqual(['1', '2']);
        const { writes } = store;
        read();
        await pass(SECOND);
        expect([...store.outputs].toSorted()).toEqual(['2', '3']);
        expect(store.writes).toBe(writes + 1);
      });

      it('keeps nobody who stops where there is nothing new to keep', async () => {
        crash();
        await outbox.stop();
        expect(store.outputs).toEqual(['1', '2']);
      });

      it('nor when it is stopped', async () => {
        const stopped = outbox.stop(true);
        expect(store.outputs).toEqual(['1', '2']);
        read();
        await stopped;
        expect([...store.outputs].toSorted()).toEqual(['2', '3']);
      });
    });

    it('has what was pushed before stop()', async () => {
      await push(1);
      await write();
      await push(2);
      await outbox.stop();
      crash();
      await pass(0);
      expect(batches()).toEqual([['2']]);
    });
  });

  describe('made again after another', () => {
    const HOUR = 60 * MINUTE;
    const isAwaited = ({ service }: ServiceResult) => service === 'broker fds';
    const goOn = async () => {
      await outbox.stop();
      destination = new FakeDestination();
      outbox = make({ before: outbox, isAwaited });
      await pass(0);
    };

    it('has what waited there since, where nothing could be written', async () => {
      store.fails = true;
      await push(1);
      outbox.push(result(2, { service: 'renamed' }));
      await answer('unreachable');
      await pass(HOUR);
      await goOn();
      expect(batches()).toEqual([['2 (delayed 1h)']]);
      await push(3);
      await write();
      expect(batches()[1]).toEqual(['3 (delayed 1h)']);
      expect(store.writes).toBe(0);
    });

    it('delivers each that comes then, in order, where that one could', async () => {
      await push(1);
      await goOn();
      await push(2, 3);
      expect(batches()).toEqual([['2', '3']]);
    });

    it('writes it as soon as there is room', async () => {
      store.fails = true;
      await push(1);
      await answer('unreachable');
      await pass(SECOND);
      await goOn();
      await goOn();
      store.fails = false;
      await pass(SECOND);
      expect(store.outputs).toEqual(['1']);
    });

    it('has it once, whatever is on the disk', async () => {
      outbox.push(result(1, { service: 'renamed' }));
      await pass(SECOND);
      await goOn();
      await goOn();
      expect(batches()).toEqual([['1']]);
      expect(store.outputs).toEqual(['1']);
      await answer('delivered');
      expect(store.outputs).toEqual([]);
      await goOn();
      expect([batches(), outbox.status().waiting]).toEqual([[], 0]);
    });

    it('has what is on a disk that had not answered yet, but nothing older than what waits', async () => {
      const before = ['gone', 'renamed'].map((service, number) => result(number, { service }));
      store = Object.assign(new FakeStore(), { content: before, fails: true });
      let answer: () => void = () => undefined;
      store.answered = new Promise<void>((resolve) => (answer = resolve));
      outbox = make();
      outbox.push(result(2, { service: 'renamed' }));
      // That answer is not waited for, and nothing is lost.
      await goOn();
      expect(log).toEqual([]);
      await pass(1);
      expect(batches()).toEqual([['2']]);
      await write();
      answer();
      await pass(0);
      expect(batches()).toEqual([['2'], ['0']]);
      await goOn();
      expect(batches()).toEqual([['0', '2']]);
    });
  });

  describe('after stop()', () => {
    it('breaks off what is under way, and delivers nothing more', async () => {
      await push(1);
      await push(2);
      await outbox.stop();
      expect(destination.last.signal.aborted).toBe(true);
      await answer('unreachable');
      await push(3);
      await pass(MINUTE);
      expect(batches()).toEqual([['1']]);
      expect(log).toEqual([]);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('does not wait for a disk that does not answer', async () => {
      await push(1);
      store.hangs = true;
      const stopped = outbox.stop(true);
      await pass(5000);
      await stopped;
      expect(log).toEqual([expect.stringContaining('the disk does not answer: what waits may be lost')]);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('says that what waits is lost where nobody goes on with it, if it is not on the disk', async () => {
      await push(1);
      await answer('unreachable');
      await pass(SECOND);
      log = [];
      await outbox.stop();
      outbox.abandon();
      expect(log).toEqual([]);
      store.fails = true;
      outbox = make({ before: outbox });
      await push(2);
      await outbox.stop();
      expect(log).toEqual([]);
      outbox.abandon();
      expect(log).toEqual([
        'warning fake: is not in the configuration any more: what waits is lost, since it could not be written',
      ]);
    });

    it('does not try again', async () => {
      await push(1);
      await answer('unreachable');
      await outbox.stop();
      expect(jest.getTimerCount()).toBe(0);
      await pass(MINUTE);
      expect(batches()).toHaveLength(1);
    });

    it('does not begin', async () => {
      outbox.push(result(1));
      await outbox.stop();
      await pass(0);
      expect(batches()).toEqual([]);
      expect(store.outputs).toEqual(['1']);
    });
  });

  it('tells its status', async () => {
    expect(outbox.status()).toEqual({ name: 'fake', waiting: 0 });
    await push(1);
    expect(outbox.status()).toEqual({ name: 'fake', waiting: 1 });
    await answer('unreachable');
    expect(outbox.status()).toEqual({
      name: 'fake',
      waiting: 1,
      lastError: 'it is unreachable',
      nextTry: Date.now() + FIRST,
    });
    await pass(FIRST);
    await write();
    expect(outbox.status()).toEqual({ name: 'fake', waiting: 0, lastError: 'it is unreachable' });
    await answer('delivered');
    expect(outbox.status()).toEqual({ name: 'fake', waiting: 0, lastDelivery: Date.now() });
  });
});
