/**
 * The status socket: whoever connects to the running agent gets one JSON document, what it watches and how
 * its deliveries go, and the connection ends. Beside it is another one for who looks all the time, who gets such a
 * document after each change. It promises that nothing wakes while nobody asks, and that one who asks and does not
 * listen keeps nobody from going on.
 */
export type { AgentStatus, DestinationStatus, RefusalStatus } from './agent-status.js';
export { ControlError } from './control-error.js';
export { askStatus } from './ask.js';
export { followStatus, type Following } from './follow.js';
export { livePath, newCrossings, type LiveCrossing, type LiveStatus } from './live-status.js';
export { METRICS, prometheusParts, prometheusText } from './metrics.js';
export { destinationLines, statusText, type StatusLayout } from './status-text.js';
export { serveStatus, type StatusServer, type StatusSource } from './serve.js';
export { serveLive, type LiveServer, type LiveSource } from './serve-live.js';
export { crossingText, nextView, OVERVIEW, topFrame, type TopKey, type TopView } from './top/index.js';
