/**
 * The way of a result to the central servers: an outbox for each destination.
 *
 * Promises that results arrive in the order in which they happened, that each service's newest one outlives an
 * outage and a restart, that neither a destination nor a result that is refused keeps others waiting, and that
 * nothing wakes while nothing waits.
 */
export { Outbox, type OutboxOptions, type OutboxStatus } from './outbox.js';
export { parseSentText } from './sent-text.js';
export type { Refusal } from './refusals.js';
