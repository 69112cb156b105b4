/**
 * A gateway may begin in 1970 and learn the time from its network: then every difference of times of day is fifty years
 * too long. Durations are by a clock that nobody sets.
 */
import { expect, it } from '@jest/globals';
import { read, SOURCES } from './pages.js';

/** Who asks for the time of day, and what for. Whoever comes new here has to say so. */
const ASKS: Readonly<Record<string, string>> = {
  'src/agent/clock.ts': 'follows it when it is set',
  'src/rlimit-events/clock.ts':
    'tells it of what the kernel tells by the other clock, and follows it when it is set',
  'src/delivery/outbox.ts': 'the time of a result, as the time of day is now',
  'src/files/saved-at.ts': 'for an agent after this one, with the other clock and the boot beside it',
  'src/destinations/icinga2.ts': 'the end of a check',
  'src/destinations/nsca.ts': "looks whether the server's time is another one",
  'src/icinga2-client/trouble.ts': 'is shown where a certificate is not valid yet',
  'src/nsca-client/reception.ts': 'belongs into the packet that a server begins with',
  'src/nsca-ng-client/client.ts': 'belongs into each command',
  'plugins/commands/status.ts': 'is shown beside the times of the agent, which are as the time of day is now',
  'plugins/commands/top.ts': 'is shown beside the times of the agent, as those of the status are',
  'plugins/setup/test-result.ts': 'the time of a test result',
};

it('is asked for by nobody who measures how long something takes', () => {
  const asking = SOURCES.filter((file) => /\bDate\.now\b|\bnew Date\(\)/.test(read(file)));
  expect(asking.toSorted()).toEqual(Object.keys(ASKS).toSorted());
});
