import { pluginOutput, returnCode, type ServiceResult } from '../services/index.js';

/** What the protocols of Nagios carry of a result. */
export function passiveCheckResult(result: ServiceResult) {
  const { host, service, state } = result;
  return { host, service, returnCode: returnCode(state), output: pluginOutput(result) };
}

/** Why a name cannot be carried, if it cannot. */
export function tooLong(name: string, protocol: string, most: number): string | undefined {
  const bytes = Buffer.byteLength(name);
  return bytes > most ? `is ${bytes} bytes long; ${protocol} carries at most ${most}, shorten it` : undefined;
}
