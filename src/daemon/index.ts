/**
 * The agent as a service: started, reloaded and stopped, with the service manager above it, and the status socket and
 * the file of metrics beside it.
 */
export { Daemon, type DaemonOptions } from './daemon.js';
