/**
 * The way of a result to the central servers: an outbox for each destination, and the destinations.
 *
 * Promises that results arrive in the order in which they happened, that each service's newest one outlives an
 * outage and a restart, that one destination never waits for another, and that nothing wakes while nothing waits.
 */
export type { Delivery, Destination } from './destination.js';
export { dryRun } from './dry-run.js';
export type { Log } from './log.js';
export { nscaDestination } from './nsca.js';
export { Outbox, type OutboxOptions, type OutboxStatus } from './outbox.js';
export { sendNscaLine } from './send-nsca-line.js';
