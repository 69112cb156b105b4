/**
 * The agent: wires the descriptor to the services, and the services to their destinations.
 */
export { prepareAgent, type Agent, type PreparedAgent } from './agent.js';
export { checkOnce, type CheckResult } from './check-once.js';
export { steadyClock } from './clock.js';
export type { Descriptor, Kernel } from './kernel.js';
export type { AgentOptions } from './options.js';
