/**
 * Secrets from files that others may not read. They promise that no error, log line or dump of an object shows one.
 */
export { readPrivateFile, SecretError } from './private-file.js';
export { Secret } from './secret.js';
