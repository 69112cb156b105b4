/**
 * NSCA, both sides: sends passive check results to the nsca daemon of a Nagios or Icinga server, and receives
 * them as that daemon does. The protocol is nsca 2.10's; README.md tells what was tested against what.
 *
 * Promises: results get one outcome each, nothing is acknowledged that was not seen, every error is an
 * NscaError that says what to do, and no secret shows anywhere.
 */
export { createClient } from './client.js';
export type { NscaClient, NscaClientOptions, SendOutcome } from './client.js';
export { ENCRYPTIONS, parseEncryption } from './encryption/parse.js';
export type { Encryption, EncryptionName } from './encryption/parse.js';
export { NscaError } from './errors.js';
export type { NscaErrorCode } from './errors.js';
export { greet } from './greeting.js';
export { PACKET_SIZE } from './packet.js';
export type { PacketSize, RawTexts } from './packet.js';
export { Password } from './password.js';
export { receive } from './receiver.js';
export type { NscaReceiver, ReceiverOptions } from './receiver.js';
export type { Peer, ReceiverEvent, RefusalReason } from './reception.js';
export type { NscaResult, ReturnCode } from './result.js';
