/**
 * An outbox to an NSCA server in a process of its own, which can be ended as no outbox in the test's can:
 * `PORT FILE`, results as messages, and each line of its log as a message back.
 */
import { Outbox } from '../../src/delivery/index.js';
import { deliverBy } from '../../src/destinations/nsca.js';
import { createClient, Password } from '../../src/nsca-client/index.js';
import type { ServiceResult } from '../../src/services/index.js';
import { PASSWORD } from './nsca-daemon.js';

const [port = '', file = ''] = process.argv.slice(2);
const client = createClient({
  server: '127.0.0.1',
  port: Number(port),
  password: Password.fromText(PASSWORD),
});
const outbox = new Outbox({
  destination: { name: 'nsca', deliver: deliverBy(client) },
  file,
  log: (level, message) => process.send?.(`${level} ${message}`),
});
process.on('message', (result: ServiceResult) => {
  outbox.push(result);
});
process.send?.('ready');
