import { resolve } from 'node:path';
import * as z from 'zod';
import {
  createClient,
  NscaError,
  parseEncryption,
  Password,
  type NscaClient,
  type NscaResult,
  type SendOutcome,
} from '../nsca-client/index.js';
import { section, unwanted, wants } from '../schema/index.js';
import { pluginOutput, returnCode, type ServiceResult } from '../services/index.js';
import type { Deliver, Outcome } from './destination.js';
import type { DestinationKind, Named } from './kind.js';
import { portKey, server } from './server-address.js';

/** An NSCA daemon. */
export interface NscaSettings {
  readonly type: 'nsca';
  /** A host name or an address. */
  readonly server: string;
  readonly port: number;
  /** A method by its name or its number in nsca.cfg. */
  readonly encryption: string | number;
  /** Absolute. Without one the password is empty. */
  readonly passwordFile?: string;
}

/** What nsca.cfg and send_nsca.cfg come with. */
const DEFAULT_PORT = 5667;
const DEFAULT_ENCRYPTION = 'xor';

/** The bytes that a packet has for each name, without the closing NUL (nsca 2.10, common.h). */
const LONGEST: Readonly<Record<Named, number>> = { host: 63, service: 127 };

export const nsca: DestinationKind<NscaSettings> = {
  type: 'nsca',
  schema: (directory) =>
    section('a destination', '{ type: nsca, server: 192.0.2.1 }', {
      type: z.literal('nsca'),
      server,
      port: portKey(DEFAULT_PORT),
      encryption: encryption.default(DEFAULT_ENCRYPTION),
      password_file: passwordFile.optional(),
    }).transform(({ password_file: file, ...rest }) => ({
      ...rest,
      ...(file !== undefined && { passwordFile: resolve(directory, file) }),
    })),
  nameOf: ({ server, port }) => `nsca ${server}:${port}`,
  refuses(what, name) {
    const bytes = Buffer.byteLength(name);
    const most = LONGEST[what];
    return bytes > most ? `is ${bytes} bytes long; NSCA carries at most ${most}, shorten it` : undefined;
  },
  make: ({ server, port, encryption, passwordFile }) =>
    deliverBy(
      createClient({
        server,
        port,
        encryption: parseEncryption(encryption),
        ...(passwordFile !== undefined && { password: Password.fromFile(passwordFile) }),
      }),
    ),
};

/** What comes in close succession travels in one connection. */
export function deliverBy(client: NscaClient): Deliver {
  return async (results, signal, onWritten) => {
    const outcomes = await client.send(results.map(packetOf), signal, onWritten);
    return outcomes.map(outcomeOf);
  };
}

function packetOf(result: ServiceResult): NscaResult {
  const { host, service, state } = result;
  return { host, service, returnCode: returnCode(state), output: pluginOutput(result) };
}

/** The server itself answers nothing. */
function outcomeOf(outcome: SendOutcome): Outcome {
  if (outcome.status === 'sent') return { status: 'delivered' };
  const reason = outcome.error.message;
  if (outcome.error.code === 'invalid-result') return { status: 'refused', by: 'sender', reason };
  return { status: 'failed', failure: outcome.status === 'rejected' ? 'rejected' : 'unreachable', reason };
}

const passwordFile = z
  .string(wants('the path of a file', 'password_file: nsca.password'))
  .regex(/^[^\0]+$/, wants('the path of a file', 'password_file: nsca.password'));

const encryption = z
  .union([z.string(), z.int()], wants('an encryption method', 'encryption: xor'))
  .superRefine((written, context) => {
    try {
      parseEncryption(written);
    } catch (error) {
      if (!(error instanceof NscaError)) throw error;
      context.addIssue(
        unwanted(written, 'an encryption method that an nsca daemon can open', 'encryption: rijndael-128'),
      );
    }
  });
