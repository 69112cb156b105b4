/**
 * The way of a result to the central servers: a queue for each destination, and the destinations.
 *
 * Promises that results arrive in the order in which they happened, that one destination never waits
 * for another, and that nothing wakes while nothing waits.
 */
export type { Delivery, Destination } from './destination.js';
export { dryRun } from './dry-run.js';
export { nscaDestination } from './nsca.js';
export { DeliveryQueue, type Log } from './queue.js';
export { sendNscaLine } from './send-nsca-line.js';
