/**
 * The status socket: whoever connects to the running agent gets one JSON document, what it watches and how
 * its deliveries go, and the connection ends. It promises that nothing wakes while nobody asks, and that
 * one who asks and does not listen keeps nobody from going on.
 */
export type { AgentStatus, DestinationStatus, RefusalStatus } from './agent-status.js';
export { ControlError } from './control-error.js';
export { askStatus } from './ask.js';
export { METRICS, prometheusParts, prometheusText } from './metrics.js';
export { statusText, type StatusLayout } from './status-text.js';
export { serveStatus, type StatusServer, type StatusSource } from './serve.js';
