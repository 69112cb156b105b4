import {
  createClient,
  Icinga2Error,
  type CheckResult,
  type Icinga2Client,
  type Icinga2ClientOptions,
  type Icinga2ErrorCode,
} from '../icinga2-client/index.js';
import { bytesOf, readCertificates, readPrivateFile, Secret } from '../secrets/index.js';
import { firstText, isLate, perfdataTexts, returnCode, type ServiceResult } from '../services/index.js';
import { durationName } from '../text/index.js';
import { Acknowledged } from './acknowledged.js';
import type { Deliver, OnLost, Outcome } from './destination.js';
import { icinga2Schema, type Icinga2Settings } from './icinga2-settings.js';
import type { DestinationKind, Examined, NamedService, Promises } from './kind.js';
import { deliverToOneOf, eachServer, examineAll, type Server } from './servers.js';
import { hostOf, hostsOf, urlsText } from './server-urls.js';

/** Icinga 2 by its API, which answers each result. */
export const icinga2: DestinationKind<Icinga2Settings> = {
  type: 'icinga2',
  about: "Icinga 2's own API, over TLS, with an answer for each result",
  schema: icinga2Schema,
  nameOf: ({ urls }) => `icinga2 ${urlsText(urls)}`,
  hostsOf: ({ urls }) => hostsOf(urls),
  refuses: (what, name) =>
    name.includes('!')
      ? 'has an exclamation mark, which separates host and service in Icinga 2; give it another name'
      : undefined,
  // A master that comes back may not get what the others have taken: https://github.com/Icinga/icinga2/issues/10030
  // and findings/icinga2-master-skips-its-replay-log.sh.
  make: (settings, promises) => deliverToOneOf(serversOf(settings, [], promises), { catchUp: true }),
  examine: (settings, services, signal) => examineAll(serversOf(settings, services), signal),
  firstSteps: {
    asks: [
      { key: 'url', instead: ['urls'] },
      { key: 'ca_file' },
      { key: 'user', instead: ['cert_file', 'key_file'], mayBeHost: true },
      { key: 'password_file', instead: ['cert_file', 'key_file'], secret: 'password' },
    ],
    delivered: 'was taken by Icinga 2, which knows the service',
    central: 'icinga2',
  },
};

/**
 * @param services those that an examination asks about; of a server that has failed it is enough that it is back
 * @throws Icinga2Error, SecretError: what is wrong with the files that the settings name
 */
export function serversOf(
  settings: Icinga2Settings,
  services: readonly NamedService[],
  promises?: Promises,
): readonly [Server, ...Server[]] {
  const trust = trustOf(settings);
  return eachServer(settings.urls, ({ url, serverName }) => {
    const options = { ...trust, ...addressOf(url), serverName };
    return {
      name: new URL(url).host,
      // What a server has acknowledged, and may forget, is its own.
      deliver: deliverTo(options, promises),
      examine: (signal) => examine(options, services, signal),
    };
  });
}

function addressOf(url: string): Pick<Icinga2ClientOptions, 'host' | 'port'> {
  const { port } = new URL(url);
  return { host: hostOf(url), port: port === '' ? 443 : Number(port) };
}

/** Who asks, and whom it trusts. */
function trustOf(settings: Icinga2Settings): Omit<Icinga2ClientOptions, 'host' | 'port'> {
  const { user, passwordFile, certFile, keyFile, caFile } = settings;
  return {
    ...(passwordFile !== undefined && {
      user,
      password: bytesOf(Secret.fromFile(passwordFile, 'password'))?.toString(),
    }),
    ...(certFile !== undefined && { cert: readCertificates(certFile) }),
    ...(keyFile !== undefined && { key: readPrivateFile(keyFile, 'key') }),
    ...(caFile !== undefined && { ca: readCertificates(caFile) }),
  };
}

const LOST = 'the server has gone away; what it had just taken is sent again';
const lost: Outcome = { status: 'failed', failure: 'unreachable', reason: LOST };

export function deliverTo(options: Icinga2ClientOptions, promises?: Promises): Deliver {
  const delivery = new Delivery(options, promises);
  return Object.assign<Deliver, Pick<Deliver, 'close'>>(
    (results, signal, _onWritten, onLost) => delivery.deliver(results, signal, onLost),
    {
      close: () => {
        delivery.close();
        return Promise.resolve();
      },
    },
  );
}

/** Results to one server, one after the other. */
class Delivery {
  readonly #client: Icinga2Client;
  readonly #ttl: number | undefined;
  readonly #acknowledged = new Acknowledged();
  /** Between two deliveries. */
  #onLost: OnLost | undefined;
  /** What is lost during one. */
  #lost: Set<ServiceResult> | undefined;

  constructor(options: Icinga2ClientOptions, { heartbeat }: Promises = { heartbeat: undefined }) {
    // One heartbeat may be lost on the way.
    this.#ttl = heartbeat === undefined ? undefined : (2 * heartbeat) / 1000;
    this.#client = createClient({
      ...options,
      onBroken: (since) => {
        this.#onBroken(since);
      },
    });
  }

  async deliver(
    results: readonly ServiceResult[],
    signal: AbortSignal,
    onLost?: OnLost,
  ): Promise<readonly Outcome[]> {
    this.#onLost = onLost;
    const forgotten = (this.#lost = new Set<ServiceResult>());
    const outcomes: Outcome[] = [];
    for (const result of results) {
      const before = outcomes.at(-1);
      outcomes.push(before?.status === 'failed' ? before : await this.#submit(result, signal));
    }
    this.#lost = undefined;
    const settled = results.map((result, index) =>
      forgotten.delete(result) ? lost : (outcomes[index] ?? lost),
    );
    if (forgotten.size > 0) onLost?.([...forgotten], LOST);
    return settled;
  }

  close(): void {
    this.#client.close();
  }

  #onBroken(since: number): void {
    const forgotten = this.#acknowledged.giveBack(since);
    if (this.#lost) for (const result of forgotten) this.#lost.add(result);
    else if (forgotten.length > 0) this.#onLost?.(forgotten, LOST);
  }

  async #submit(result: ServiceResult, signal: AbortSignal): Promise<Outcome> {
    try {
      const verdict = await this.#client.submit(checkResult(result, this.#ttl), signal);
      if (verdict.status === 'refused') return { status: 'refused', by: 'server', reason: verdict.reason };
      this.#acknowledged.add(result);
      return { status: 'delivered' };
    } catch (error) {
      return outcomeOf(error);
    }
  }
}

/** What nothing but somebody's hand mends. */
const REJECTED: readonly Icinga2ErrorCode[] = [
  'certificate',
  'tls',
  'unauthorized',
  'forbidden',
  'not-icinga',
  'invalid-option',
];

function outcomeOf(error: unknown): Outcome {
  const { code, message: reason } = asIcinga2Error(error);
  if (code === 'invalid-result') return { status: 'refused', by: 'sender', reason };
  return { status: 'failed', failure: REJECTED.includes(code) ? 'rejected' : 'unreachable', reason };
}

function asIcinga2Error(error: unknown): Icinga2Error {
  if (error instanceof Icinga2Error) return error;
  throw error;
}

/** Bytes of an output, for a slow link: Icinga waits 10 s for a request to be complete. */
const LONGEST_OUTPUT = 16_384;

export function checkResult(result: ServiceResult, ttl?: number, now = Date.now()): CheckResult {
  const { host, service, state, delay = 0 } = result;
  return {
    host,
    service,
    exitStatus: returnCode(state),
    output: shortened([firstText(result), ...result.longOutput]).join('\n'),
    perfdata: perfdataTexts(result),
    checkSource: host,
    ...(ttl !== undefined && { ttl }),
    ...(isLate(delay) && { executionEnd: (now - delay) / 1000 }),
  };
}

/** The first of the lines, as many as there is room for. */
function shortened(lines: readonly string[]): readonly string[] {
  let size = 0;
  const end = lines.findIndex((line) => (size += Buffer.byteLength(line) + 1) > LONGEST_OUTPUT);
  return end === -1 ? lines : lines.slice(0, Math.max(1, end));
}

/** Milliseconds of each question. */
const PATIENCE = 4000;

/** Milliseconds of all, before nobody hears the answers any more. */
const IN_TIME = 9000;

async function examine(
  options: Icinga2ClientOptions,
  services: readonly NamedService[],
  signal: AbortSignal,
): Promise<readonly Examined[]> {
  const answers: Examined[] = [];
  try {
    const client = createClient({ ...options, connectTimeout: PATIENCE, timeout: 2 * PATIENCE });
    try {
      for await (const answer of questions(client, services, signal)) answers.push(answer);
    } finally {
      client.close();
    }
  } catch (error) {
    answers.push({ status: 'failed', text: error instanceof Error ? error.message : String(error) });
  }
  return answers;
}

async function* questions(
  client: Icinga2Client,
  services: readonly NamedService[],
  signal: AbortSignal,
): AsyncGenerator<Examined> {
  const over = AbortSignal.timeout(IN_TIME);
  const { version, user, maySubmit } = await client.about(signal);
  if (!maySubmit) {
    yield {
      status: 'failed',
      text: `Icinga ${version} knows ${user}, who has no permission actions/process-check-result; generate icinga2 prints the ApiUser`,
    };
    return;
  }
  yield { status: 'ok', text: `Icinga ${version} knows ${user}` };
  for (const [answered, service] of services.entries()) {
    const name = `${service.service} of ${service.host}`;
    const inTime = AbortSignal.any([signal, over]);
    const verdict = await client.probe(service, inTime).catch((error: unknown) => {
      if (!inTime.aborted) throw error;
    });
    if (!verdict) {
      yield {
        status: 'failed',
        text: `${services.length - answered} of ${services.length} services were not answered for within ${durationName(IN_TIME)}: the way to it is slow, or they are many`,
      };
      return;
    }
    yield verdict.status === 'taken'
      ? { status: 'ok', text: `takes results of ${name}` }
      : { status: 'failed', text: `refuses ${name}: ${verdict.reason}` };
  }
}
