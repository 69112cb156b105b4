/**
 * Passwords, keys and tokens. They promise that a secret shows nowhere, and that a file that others may read is
 * refused with the command that mends it. And the certificates beside them.
 */
export { readCertificates } from './certificates.js';
export { readPrivateFile } from './private-file.js';
export { bytesOf, Secret } from './secret.js';
export { SecretError } from './secret-error.js';
