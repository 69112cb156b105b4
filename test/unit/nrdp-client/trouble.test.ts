import { expect, it } from '@jest/globals';
import { connectionTrouble } from '../../../src/nrdp-client/trouble.js';

it('a name with several addresses is told with the reasons of all', () => {
  const reasons = ['ETIMEDOUT', 'ECONNREFUSED', 'ETIMEDOUT', 'EPERM'];
  const errors = reasons.map((code) => Object.assign(new Error(), { code }));
  const error = Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' });
  expect(connectionTrouble(error, 'mon1')).toMatchObject({
    code: 'unreachable',
    message:
      'mon1: no answer: is the address right, and does a firewall let it through?; nobody listens there: is the web server running, and the port right?; EPERM',
  });
});
