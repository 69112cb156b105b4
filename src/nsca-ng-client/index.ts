/**
 * NSCA-ng, both sides: sends passive check results to the nsca-ng server of a Nagios or Icinga, and receives them as
 * that server does. The protocol is nsca-ng 1.6's; README.md tells what was tested against what.
 *
 * Promises: nothing is sent to a server that has not proven the key, results get one outcome each, every error is an
 * NscaNgError that says what to do, and no secret shows anywhere.
 */
export { Secret } from '../secrets/index.js';
export { createClient } from './client.js';
export type { NscaNgClient, NscaNgClientOptions, SendOutcome } from './client.js';
export { NscaNgError } from './errors.js';
export type { NscaNgErrorCode } from './errors.js';
export type { NscaNgResult, ReturnCode } from './result.js';
export { receive } from './receiver.js';
export type { NscaNgReceiver, ReceiverOptions } from './receiver.js';
export type { Peer, RawTexts, ReceiverEvent, RefusalReason } from './reception.js';
