/**
 * NRDP's side that submits: JSON in a form, over HTTP or HTTPS. The facts are those of NRDP 2.0.6 and 1.5.2. It promises
 * that a check is taken only if NRDP says so, that each question is bounded in time and each answer in size, that every
 * error is an NrdpError, and that the token is in the body of a request and nowhere else.
 */
export { NrdpClient, type NrdpClientOptions } from './client.js';
export { NrdpError, type NrdpErrorCode } from './errors.js';
export type { NrdpCheck } from './submission.js';
