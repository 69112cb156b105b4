/**
 * Passive check results for Icinga 2, by its API: one question for each, on a connection that is kept. Its facts were
 * seen with Icinga 2.13, 2.14 and 2.16.
 *
 * Promises: a result counts as taken only if the answer says that it was; each question settles in bounded time; every
 * error is an Icinga2Error that says what to do, and no secret shows anywhere.
 */
export type { About } from './about.js';
export { createClient, type Icinga2Client } from './client.js';
export { Icinga2Error, type Icinga2ErrorCode } from './errors.js';
export type { Icinga2ClientOptions } from './options.js';
export type { CheckResult, ServiceName } from './result.js';
export type { Verdict } from './verdict.js';
