import type { ServiceResult } from '../services/index.js';

/**
 * A result as `send_nsca -ds 0x0a` reads it from standard input: host, service, return code and
 * output, separated by tabs, with `\n` for a newline in the output.
 */
export function sendNscaLine({
  host,
  service,
  returnCode,
  output,
}: Pick<ServiceResult, 'host' | 'service' | 'returnCode' | 'output'>): string {
  return [host, service, returnCode, output.replaceAll('\n', String.raw`\n`)].join('\t');
}
