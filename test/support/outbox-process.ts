/**
 * An outbox to a destination in a process of its own, which can be ended as no outbox in the test's can: `DESTINATION
 * FILE`, the destination as the configuration file has it, in JSON; results as messages, and each line of its log as a
 * message back.
 */
import { Outbox } from '../../src/delivery/index.js';
import { destinationSettings, makeDestination } from '../../src/destinations/index.js';
import type { ServiceResult } from '../../src/services/index.js';

const [written = '', file = ''] = process.argv.slice(2);
const outbox = new Outbox({
  destination: makeDestination(destinationSettings('/').parse(JSON.parse(written))),
  file,
  log: (level, message) => process.send?.(`${level} ${message}`),
});
process.on('message', (result: ServiceResult) => {
  outbox.push(result);
});
process.send?.('ready');
