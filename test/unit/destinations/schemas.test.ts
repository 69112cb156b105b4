import { afterEach, expect, it, jest } from '@jest/globals';
import { icinga2 } from '../../../src/destinations/icinga2.js';
import { destinationSettings } from '../../../src/destinations/index.js';
import { nrdp } from '../../../src/destinations/nrdp.js';
import { nscaNg } from '../../../src/destinations/nsca-ng.js';
import { nsca } from '../../../src/destinations/nsca.js';
import { program } from '../../../src/destinations/program.js';

afterEach(() => {
  jest.restoreAllMocks();
});

it('makes the schema of a kind once, if the file has one of that kind', () => {
  const schemas = [nsca, nscaNg, icinga2, nrdp, program].map((kind) => jest.spyOn(kind, 'schema'));
  const settings = destinationSettings('/etc/crp');
  for (const server of ['mon1', 'mon2'])
    expect(settings.safeParse({ type: 'nsca', server }).success).toBe(true);
  expect(settings.safeParse({ type: 'nagios', server: 'mon1' }).success).toBe(false);
  expect(schemas.map(({ mock }) => mock.calls)).toEqual([[['/etc/crp']], [], [], [], []]);
});
