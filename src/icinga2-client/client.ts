import { aboutOf, type About } from './about.js';
import type { Question } from './exchange.js';
import { Line } from './line.js';
import { checkOptions, type Icinga2ClientOptions } from './options.js';
import { bodyOf, fullName, type CheckResult, type ServiceName } from './result.js';
import { verdictOf, verdictOfProbe, type Verdict } from './verdict.js';

/**
 * Asks one question after the other on a connection that is kept; nothing is left when it is not asked. Each promise
 * settles in bounded time, and is rejected with an Icinga2Error only.
 */
export interface Icinga2Client {
  /** Submits a result. The same submitted twice counts as two attempts there. */
  submit(result: CheckResult, signal?: AbortSignal): Promise<Verdict>;
  /** Whether a result of this service would be taken; nothing is changed there. */
  probe(service: ServiceName, signal?: AbortSignal): Promise<Verdict>;
  about(signal?: AbortSignal): Promise<About>;
  /** Ends the connection that is kept. */
  close(): void;
}

const SUBMIT = '/v1/actions/process-check-result';

/** @throws Icinga2Error `invalid-option` */
export function createClient(options: Icinga2ClientOptions): Icinga2Client {
  checkOptions(options);
  const line = new Line(options);
  const { host, port, serverName } = options;
  const target = { host, port, serverName };
  const post = (body: string): Question => ({ method: 'POST', path: SUBMIT, body });
  return {
    submit: async (result, signal) =>
      line.ask(post(bodyOf(result)), (reply) => verdictOf(reply, target), signal),
    probe: async (service, signal) =>
      line.ask(
        post(JSON.stringify({ service: fullName(service) })),
        (reply) => verdictOfProbe(reply, target),
        signal,
      ),
    about: (signal) => line.ask({ method: 'GET', path: '/v1' }, (reply) => aboutOf(reply, target), signal),
    close: () => {
      line.close();
    },
  };
}
