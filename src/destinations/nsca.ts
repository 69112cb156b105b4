import { resolve } from 'node:path';
import * as z from 'zod';
import {
  createClient,
  ENCRYPTIONS,
  greet,
  NscaError,
  PACKET_SIZE,
  parseEncryption,
  Password,
  type NscaClient,
  type SendOutcome,
} from 'nsca-client';
import { inAnyCase, key, section, unwanted, wants, writtenAs } from '../schema/index.js';
import { durationName } from '../text/index.js';
import { answerOf } from './answer.js';
import type { Deliver, Outcome } from './destination.js';
import type { DestinationKind, Named } from './kind.js';
import { passiveCheckResult, tooLong } from './passive-check-result.js';
import { portKey } from './server-address.js';
import { filePath, oneServer, serverKeys, theServers, type Servers } from './server-keys.js';
import { deliverToOneOf, eachServer, examineAll, type Server } from './servers.js';

/** An NSCA daemon. */
export interface NscaSettings {
  readonly type: 'nsca';
  /** Host names or addresses; one of them gets the results. */
  readonly servers: Servers;
  readonly port: number;
  /** A method by its name or its number in nsca.cfg. */
  readonly encryption: string | number;
  /** Absolute. Without one the password is empty. */
  readonly passwordFile?: string;
  /** Bytes. */
  readonly packetSize: number;
}

/** What nsca.cfg and send_nsca.cfg come with. */
const DEFAULT_PORT = 5667;
const DEFAULT_ENCRYPTION = 'xor';

/** The bytes that a packet has for each name, without the closing NUL (nsca 2.10, common.h). */
const LONGEST: Readonly<Record<Named, number>> = { host: 63, service: 127 };

export const nsca: DestinationKind<NscaSettings> = {
  type: 'nsca',
  about: 'The nsca daemon of a Nagios or Icinga server',
  schema: (directory) => {
    const schema = section('a destination', '{ type: nsca, server: 192.0.2.1 }', {
      type: z.literal('nsca'),
      ...serverKeys(),
      port: portKey(DEFAULT_PORT),
      encryption: key(encryption().default(DEFAULT_ENCRYPTION), {
        about:
          'a name, or the number in nsca.cfg, like `xor` (1), … `rijndael-128` (14); see [nsca-client](../packages/nsca-client/README.md)',
        example: 'rijndael-128',
      }),
      password_file: key(filePath('password_file: nsca.password').optional(), {
        about: 'the password',
        without: 'no password',
        example: 'nsca.password',
      }),
      packet_size: key(packetSize().default(PACKET_SIZE), {
        about: 'in bytes, that of the server: 720 up to nsca 2.7, 4304 since; see below',
        example: 720,
      }),
    }).transform(({ password_file: file, packet_size: packetSize, server, servers, ...rest }, context) => ({
      ...rest,
      packetSize,
      servers: theServers({ server, servers }, 'server: 192.0.2.1', context),
      ...(file !== undefined && { passwordFile: resolve(directory, file) }),
    }));
    return writtenAs(schema, oneServer);
  },
  nameOf: ({ servers, port }) => `nsca ${servers.map((server) => `${server}:${port}`).join(', ')}`,
  hostsOf: ({ servers }) => servers,
  refuses: (what, name) => tooLong(name, 'NSCA', LONGEST[what]),
  make: (settings) => deliverToOneOf(serversOf(settings)),
  examine: (settings, _services, signal) => examineAll(serversOf(settings), signal),
  firstSteps: {
    asks: [
      { key: 'server', instead: ['servers'] },
      { key: 'encryption' },
      { key: 'password_file', secret: 'password' },
    ],
    delivered: 'was sent; NSCA answers nothing, so look on the server whether it has come',
    central: 'nagios',
  },
};

/** @throws NscaError a password file that cannot be had */
export function serversOf({
  servers,
  port,
  encryption,
  passwordFile,
  packetSize,
}: NscaSettings): readonly [Server, ...Server[]] {
  const agreement = {
    packetSize,
    encryption: parseEncryption(encryption),
    ...(passwordFile !== undefined && { password: Password.fromFile(passwordFile) }),
  };
  return eachServer(servers, (server) => ({
    name: server,
    deliver: deliverBy(createClient({ server, port, ...agreement })),
    examine: (signal) => answerOf(() => examine(server, port, signal)),
  }));
}

/** Milliseconds for connecting, and as many for the init packet. */
const PATIENCE = 4000;

/** NSCA answers nothing, so a wrong password shows by results only. */
async function examine(server: string, port: number, signal: AbortSignal): Promise<string> {
  const time = await greet({ server, port, connectTimeout: PATIENCE, timeout: PATIENCE }, signal);
  return `it is there, and ${clockText(time)}; NSCA answers nothing, so only results can prove the password and the encryption`;
}

/** Seconds are all that it tells of its clock, so the same second may have begun. */
function clockText(time: number): string {
  const ahead = time - Math.floor(Date.now() / 1000) * 1000;
  if (Math.abs(ahead) <= 1000) return 'its clock is as this one';
  return `its clock is ${durationName(Math.abs(ahead))} ${ahead < 0 ? 'behind' : 'ahead of'} this one`;
}

/** What comes in close succession travels in one connection. */
export function deliverBy(client: NscaClient): Deliver {
  return async (results, signal, onWritten) => {
    const outcomes = await client.send(results.map(passiveCheckResult), signal, onWritten);
    return outcomes.map(outcomeOf);
  };
}

/** The server itself answers nothing. */
function outcomeOf(outcome: SendOutcome): Outcome {
  if (outcome.status === 'sent') return { status: 'delivered' };
  const reason = outcome.error.message;
  if (outcome.error.code === 'invalid-result') return { status: 'refused', by: 'sender', reason };
  return { status: 'failed', failure: outcome.status === 'rejected' ? 'rejected' : 'unreachable', reason };
}

const encryption = () =>
  writtenAs(
    z
      .union([z.string(), z.int()], wants('an encryption method', 'encryption: xor'))
      .superRefine((written, context) => {
        try {
          parseEncryption(written);
        } catch (error) {
          if (!(error instanceof NscaError)) throw error;
          context.addIssue(
            unwanted(
              written,
              'an encryption method that an nsca daemon can open',
              'encryption: rijndael-128',
            ),
          );
        }
      }),
    () => ({
      anyOf: [
        { enum: ENCRYPTIONS.map(({ name }) => name) },
        { enum: ENCRYPTIONS.map(({ number }) => number) },
        { type: 'string', pattern: String.raw`^\s*${anyEncryption()}\s*$` },
      ],
    }),
  );

function anyEncryption(): string {
  return inAnyCase(ENCRYPTIONS.flatMap(({ number, name, aliases }) => [String(number), name, ...aliases]));
}

const wantedPacketSize = wants('a multiple of 4 from 720 to 65536', 'packet_size: 720 for nsca up to 2.7');
const packetSize = () =>
  z
    .int(wantedPacketSize)
    .min(720, wantedPacketSize)
    .max(65_536, wantedPacketSize)
    .multipleOf(4, wantedPacketSize);
