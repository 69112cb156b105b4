/**
 * What the central server is told of a configuration: the definitions of its services, for Nagios and for
 * Icinga 2, on top of the templates in nagios-config/. It promises names that are the same on both sides,
 * and a freshness that fits the heartbeat; a name that a server cannot have is refused.
 */
export { DefinitionError, type Definitions, type Monitored } from './definitions.js';
export { icinga2Definitions } from './icinga2.js';
export { nagiosDefinitions } from './nagios.js';
