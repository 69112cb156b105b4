import { resolve } from 'node:path';
import * as z from 'zod';
import { NrdpClient, type NrdpError } from '../nrdp-client/index.js';
import { key, section, unwantedUrl, wants, writtenAs } from '../schema/index.js';
import { bytesOf, readCertificates, Secret } from '../secrets/index.js';
import { answerOf } from './answer.js';
import type { Deliver, Outcome } from './destination.js';
import type { DestinationKind } from './kind.js';
import { passiveCheckResult } from './passive-check-result.js';
import { caFileKey, filePath } from './server-keys.js';
import { hostsOf, oneUrl, theUrls, urlKeys, urlsText, type ServerUrls } from './server-urls.js';
import { deliverToOneOf, eachServer, examineAll, type Server } from './servers.js';

/** NRDP: results in a form, over HTTPS. */
export interface NrdpSettings {
  readonly type: 'nrdp';
  /** Of NRDP's folder; one of them gets the results. */
  readonly urls: ServerUrls;
  /** Absolute. */
  readonly tokenFile: string;
  /** Absolute: certificates to trust instead of those that Node.js comes with. */
  readonly caFile?: string;
}

const EXAMPLE = 'url: https://mon1/nrdp/';

export const nrdp: DestinationKind<NrdpSettings> = {
  type: 'nrdp',
  about: 'NRDP, as Nagios XI has it: results in a form over HTTPS',
  schema: (directory) => {
    const example = '{ type: nrdp, url: https://mon1/nrdp/, token_file: nrdp.token }';
    const schema = section('a destination', example, {
      type: z.literal('nrdp'),
      ...urlKeys(url(), 'the address of its folder', 'a list of addresses', [
        'https://mon1/nrdp/',
        'https://mon2/nrdp/',
      ]),
      token_file: key(filePath('token_file: nrdp.token'), { about: 'the token', example: 'nrdp.token' }),
      ca_file: caFileKey('the certificate of its authority'),
    }).transform(({ url, urls, token_file, ca_file, server_name }, context) => ({
      type: 'nrdp' as const,
      urls: theUrls({ url, urls, server_name }, EXAMPLE, context),
      tokenFile: resolve(directory, token_file),
      ...(ca_file !== undefined && { caFile: resolve(directory, ca_file) }),
    }));
    return writtenAs(schema, oneUrl);
  },
  nameOf: ({ urls }) => `nrdp ${urlsText(urls)}`,
  hostsOf: ({ urls }) => hostsOf(urls),
  make: (settings) => deliverToOneOf(serversOf(settings)),
  examine: (settings, _services, signal) => examineAll(serversOf(settings, PATIENCE), signal),
  firstSteps: {
    asks: [{ key: 'url', instead: ['urls'] }, { key: 'ca_file' }, { key: 'token_file', secret: 'token' }],
    delivered: 'was taken by NRDP; whether Nagios knows the service, it does not tell',
    central: 'nagios',
  },
};

/** Milliseconds that `doctor` waits. */
const PATIENCE = 8000;

/** @throws SecretError: files that cannot be had */
function serversOf(
  { urls, tokenFile, caFile }: NrdpSettings,
  timeout?: number,
): readonly [Server, ...Server[]] {
  const token = Secret.fromFile(tokenFile, 'token');
  const options = {
    token: () => bytesOf(token)?.toString() ?? '',
    ...(caFile !== undefined && { ca: readCertificates(caFile) }),
    ...(timeout !== undefined && { timeout }),
  };
  return eachServer(urls, ({ url: written, serverName }) => {
    const url = new URL(written);
    const client = new NrdpClient({ ...options, url, ...(serverName !== undefined && { serverName }) });
    return {
      name: url.host,
      deliver: deliverBy(client),
      examine: (signal) => answerOf(() => examine(client, signal)),
    };
  });
}

/** NRDP takes all that come together, or says of all what is wrong. */
export function deliverBy(client: Pick<NrdpClient, 'submit'>): Deliver {
  return async (results, signal) =>
    (await client.submit(results.map(passiveCheckResult), signal)).map(outcomeOf);
}

function outcomeOf(error: NrdpError | undefined): Outcome {
  if (!error) return { status: 'delivered' };
  const isForSomebody = ['certificate', 'no-nrdp', 'refused'].includes(error.code);
  return { status: 'failed', failure: isForSomebody ? 'rejected' : 'unreachable', reason: error.message };
}

/** It does not know what Nagios knows, so it says nothing of services. */
async function examine(client: NrdpClient, signal: AbortSignal): Promise<string> {
  await client.probe(signal);
  return 'it takes the token; whether Nagios knows the services and reads its results, NRDP does not tell';
}

/** A folder's address ends in a slash: a web server answers others by sending the client there. */
const url = () =>
  writtenAs(
    z.string(wants('an address', EXAMPLE)).transform((written, context) => {
      const problem = urlProblem(written);
      if (problem === undefined) return new URL(written).href.replace(/(?<!\/|\.php)$/, '/');
      context.addIssue(problem);
      return z.NEVER;
    }),
    () => ({ pattern: '^https?://[^?#]+$' }),
  );

function urlProblem(written: string): string | undefined {
  if (!URL.canParse(written) || !/^https?:\/\//.test(written))
    return unwantedUrl(written, 'an address with https: or http:', EXAMPLE);
  const { username, password, search, hash } = new URL(written);
  if (username !== '' || password !== '') return 'has a user or a password in it; take it away';
  if (search !== '' || hash !== '')
    return 'has a ? or a # in it; end it with the folder, such as https://mon1/nrdp/';
  return undefined;
}
