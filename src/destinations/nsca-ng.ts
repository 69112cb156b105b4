import { resolve } from 'node:path';
import * as z from 'zod';
import {
  createClient,
  Secret,
  type NscaNgClient,
  type NscaNgErrorCode,
  type SendOutcome,
} from 'nsca-ng-client';
import { key, section, wants, writtenAs } from '../schema/index.js';
import { answerOf } from './answer.js';
import type { Deliver, Outcome } from './destination.js';
import type { DestinationKind } from './kind.js';
import { passiveCheckResult, tooLong } from './passive-check-result.js';
import { portKey } from './server-address.js';
import { filePath, oneServer, serverKeys, theServers, type Servers } from './server-keys.js';
import { deliverToOneOf, eachServer, examineAll, type Server } from './servers.js';

/** An nsca-ng server, or several that know the same identity. */
export interface NscaNgSettings {
  readonly type: 'nsca-ng';
  /** Host names or addresses; one of them gets the results. */
  readonly servers: Servers;
  readonly port: number;
  /** Of its `authorize` section for this machine. */
  readonly identity: string;
  /** Absolute. */
  readonly keyFile: string;
}

const DEFAULT_PORT = 5668;

/** Bytes of a name: with two of them, a good half of a command is left for the output. */
const LONGEST_NAME = 1024;
/** Bytes that TLS takes. */
const LONGEST_IDENTITY = 256;

export const nscaNg: DestinationKind<NscaNgSettings> = {
  type: 'nsca-ng',
  about: 'An nsca-ng server: TLS with a key for each gateway, and an answer for each result',
  schema: (directory) => {
    const example = '{ type: nsca-ng, server: mon1, identity: gw01, key_file: nsca-ng.key }';
    const schema = section('a destination', example, {
      type: z.literal('nsca-ng'),
      ...serverKeys(),
      port: portKey(DEFAULT_PORT),
      identity: key(identity(), {
        about: 'who the gateway is, by `authorize` in nsca-ng.cfg',
        example: 'gw01',
      }),
      key_file: key(filePath('key_file: nsca-ng.key'), {
        about: 'its `password` there',
        example: 'nsca-ng.key',
      }),
    }).transform(({ key_file: file, server, servers, ...rest }, context) => ({
      ...rest,
      servers: theServers({ server, servers }, 'server: mon1', context),
      keyFile: resolve(directory, file),
    }));
    return writtenAs(schema, oneServer);
  },
  nameOf: ({ servers, port, identity }) =>
    `nsca-ng ${servers.map((server) => `${identity}@${server}:${port}`).join(', ')}`,
  hostsOf: ({ servers }) => servers,
  refuses: (_what, name) => tooLong(name, 'NSCA-ng', LONGEST_NAME),
  make: (settings) => deliverToOneOf(serversOf(settings)),
  examine: (settings, _services, signal) => examineAll(serversOf(settings), signal),
  firstSteps: {
    asks: [
      { key: 'server', instead: ['servers'] },
      { key: 'identity', mayBeHost: true },
      { key: 'key_file', secret: 'key' },
    ],
    delivered: 'was taken by the server, which passes it on to Nagios',
    central: 'nagios',
  },
};

/** Milliseconds that `doctor` waits for the connection, for its TLS, and for the answer: within its time for all. */
const PATIENCE = 3000;

/** @throws SecretError */
export function serversOf(
  { servers, port, identity, keyFile }: NscaNgSettings,
  patience = PATIENCE,
): readonly [Server, ...Server[]] {
  const key = Secret.fromFile(keyFile, 'key');
  return eachServer(servers, (server) => {
    const options = { server, port, identity, key };
    const asking = createClient({ ...options, connectTimeout: patience, timeout: patience });
    return {
      name: server,
      deliver: deliverOver(createClient(options)),
      examine: (signal) => answerOf(() => examine(asking, identity, signal)),
    };
  });
}

/** On a connection of its own. */
async function examine(client: NscaNgClient, identity: string, signal: AbortSignal): Promise<string> {
  const protocol = await client.ping(signal);
  return `proves that it has the key of ${identity}, over ${protocol}; which services it takes it tells with their results only`;
}

/** Each result has the server's answer before the next; what comes meanwhile waits for the connection. */
export function deliverOver(client: Pick<NscaNgClient, 'send' | 'close'>): Deliver {
  const deliver: Deliver = async (results, signal) =>
    (await client.send(results.map(passiveCheckResult), signal)).map(outcomeOf);
  return Object.assign(deliver, { close: () => client.close() });
}

/** What does not mend itself. */
const LASTING: readonly NscaNgErrorCode[] = [
  'wrong-key',
  'unknown-identity',
  'handshake',
  'unproven-server',
  'not-nsca-ng',
];

function outcomeOf(outcome: SendOutcome): Outcome {
  if (outcome.status === 'accepted') return { status: 'delivered' };
  const { code, message: reason } = outcome.error;
  if (outcome.status === 'refused')
    return { status: 'refused', by: code === 'refused' ? 'server' : 'sender', reason };
  return { status: 'failed', failure: LASTING.includes(code) ? 'rejected' : 'unreachable', reason };
}

const identityWanted = wants('the identity of its authorize section', 'identity: gw01');
const identity = () =>
  z
    .string(identityWanted)
    .regex(/^\P{Cc}+$/u, identityWanted)
    .refine(
      (name) => Buffer.byteLength(name) <= LONGEST_IDENTITY,
      `is too long; TLS takes ${LONGEST_IDENTITY} bytes, shorten it on both sides`,
    );
