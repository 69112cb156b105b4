import { expect, it } from '@jest/globals';
import { destinationSettings, namesAsked } from '../../../src/destinations/index.js';

const token = { token_file: 'secret' };
const user = { user: 'gw01', password_file: 'secret' };
const key = { identity: 'gw01', key_file: 'secret' };

it.each<[number, object[]]>([
  [0, []],
  [0, [{ type: 'program', run: ['mon1'] }]],
  [0, [{ type: 'nsca', servers: ['192.0.2.1', '2001:db8::1'] }]],
  [0, [{ type: 'nrdp', urls: ['https://192.0.2.1/nrdp/', 'https://[2001:db8::1]/nrdp/'], ...token }]],
  [2, [{ type: 'nsca', servers: ['mon1', 'mon2', '192.0.2.1'] }]],
  [2, [{ type: 'nsca-ng', servers: ['mon1', 'mon2'], ...key }]],
  [2, [{ type: 'icinga2', urls: ['https://mon1:5665', 'https://mon2:5665'], ...user }]],
  [2, [{ type: 'nrdp', urls: ['https://mon1/nrdp/', 'https://mon2/nrdp/'], ...token }]],
  [
    1,
    [
      { type: 'nsca', server: 'mon1' },
      { type: 'nsca', server: 'mon1', port: 5668 },
    ],
  ],
  // NSCA wants addresses that the others do not.
  [
    2,
    [
      { type: 'nsca', server: 'mon1' },
      { type: 'nsca-ng', server: 'mon1', ...key },
    ],
  ],
])('at most %i names are asked for at a time by %j', (count, written) => {
  const settings = written.map((each) => destinationSettings('/etc').parse(each));
  expect(namesAsked(settings)).toBe(count);
});
